package offline

import (
	"strings"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/podtemplate"
)

// Line returns the line in the source's file that a problem of it is about.
// Problems count lines within one entry of the ConfigMap, or give only a path.
func (s *Source) Line(p podtemplate.Problem) int {
	line := p.Line
	if line == 0 && p.Path != "" {
		line = s.lineOfPath(p)
	}
	switch {
	case s.ConfigMap == nil && line > 0:
		return s.Object.LineInText(line)
	case s.ConfigMap == nil:
		return s.Object.LineOf()
	case p.Key == "":
		return s.Object.LineOf(pathTokens(p.Path)...)
	default:
		return s.Object.LineIn(line, "data", p.Key)
	}
}

// What is a problem of the source without its place, its lines counted in the file.
func (s *Source) What(p podtemplate.Problem) string {
	if p.Earlier == 0 {
		return p.What(0)
	}
	return p.What(s.Line(podtemplate.Problem{Key: p.Key, Line: p.Earlier}))
}

// lineOfPath looks a path up in the text that it is about; 0 if it is not there.
func (s *Source) lineOfPath(p podtemplate.Problem) int {
	text := s.Object.Text
	if s.ConfigMap != nil {
		text = []byte(s.ConfigMap.Data[p.Key])
	}
	objects, err := manifest.Parse("", text)
	if err != nil || len(objects) != 1 {
		return 0
	}
	return objects[0].LineOf(pathTokens(p.Path)...)
}

// pathTokens takes a path as people write it apart: spec.nodeSelector[a.b/c] has three tokens.
func pathTokens(path string) []string {
	var tokens []string
	for path != "" {
		end := strings.IndexAny(path, ".[")
		closing := strings.IndexByte(path, ']')
		switch {
		case path[0] == '[' && closing > 0:
			tokens = append(tokens, path[1:closing])
			path = path[closing+1:]
		case path[0] == '.':
			path = path[1:]
		case end <= 0: // the last one, or a bracket that nothing closes
			return append(tokens, path)
		default:
			tokens = append(tokens, path[:end])
			path = path[end:]
		}
	}
	return tokens
}
