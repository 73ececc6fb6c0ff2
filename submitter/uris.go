package submitter

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"
)

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// resolveURI gives a file of the client its full name. A fragment, which names
// the file in the working directory, stays.
func (c *client) resolveURI(place string) string {
	if scheme.MatchString(place) {
		return place
	}
	name, fragment, named := strings.Cut(place, "#")
	resolved := c.uriOf(name)
	if named {
		resolved += "#" + fragment
	}
	return resolved
}

// uriOf is the URI of a file of the client, in whose name a # is one of the name's.
func (c *client) uriOf(name string) string {
	return "file:" + (&url.URL{Path: c.absolute(name)}).EscapedPath()
}

// resolveAll resolves places, and the patterns among the client's own files.
func (c *client) resolveAll(places []string) ([]string, error) {
	var all []string
	for _, place := range places {
		if !onClient(place) || !strings.ContainsAny(place, "*?[{") {
			all = append(all, c.resolveURI(place))
			continue
		}
		found, err := c.matches(place)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// matches are the files of the client that a pattern means. What is named by a fragment is one file.
func (c *client) matches(place string) ([]string, error) {
	pattern, fragment, named := strings.Cut(place, "#")
	found, err := fs.Glob(c.files, c.inFS(strings.TrimPrefix(strings.TrimPrefix(pattern, "file://"), "file:")))
	switch {
	case err != nil:
		return nil, refuse("%s: this pattern cannot be read: %v", place, err)
	case len(found) == 0:
		return nil, refuse("%s: no file matches", place)
	case named && len(found) > 1:
		return nil, refuse("%s: %d files match, and only one can be called %s", place, len(found), fragment)
	}
	for i, name := range found {
		if found[i] = c.uriOf("/" + name); named {
			found[i] += "#" + fragment
		}
	}
	return found, nil
}

// onClient tells whether a place is a file of the client, which pods do not see.
func onClient(place string) bool {
	return strings.HasPrefix(place, "file:") || !scheme.MatchString(place)
}

// pathOf is the path of a file of the client, from its URI.
func pathOf(uri string) (string, error) {
	parsed, err := url.Parse(uri)
	switch {
	case err != nil:
		return "", refuse("%s: this URI cannot be read: %v", uri, err)
	case parsed.Path == "" || parsed.Host != "" && parsed.Host != "localhost":
		return "", refuse("%s: expected file:///PATH, a file of this machine", uri)
	}
	return path.Clean(parsed.Path), nil
}

// inImage tells whether a place is a file of the image.
func inImage(place string) bool { return strings.HasPrefix(place, "local:") }
