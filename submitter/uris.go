package submitter

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
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
	resolved := "file:" + (&url.URL{Path: c.absolute(name)}).EscapedPath()
	if named {
		resolved += "#" + fragment
	}
	return resolved
}

// resolveAll resolves places, and the patterns among the client's own files.
func (c *client) resolveAll(places []string) ([]string, error) {
	var all []string
	for _, place := range places {
		if scheme.MatchString(place) || !strings.ContainsAny(place, "*?[{") {
			all = append(all, c.resolveURI(place))
			continue
		}
		found, err := fs.Glob(c.files, c.inFS(place))
		if err != nil {
			return nil, refuse("%s: this pattern cannot be read: %v", place, err)
		}
		if len(found) == 0 {
			return nil, refuse("%s: no file matches", place)
		}
		for _, name := range found {
			all = append(all, c.resolveURI("/"+name))
		}
	}
	return all, nil
}

// onClient tells whether a place is a file of the client, which pods do not see.
func onClient(place string) bool {
	return strings.HasPrefix(place, "file:") || !scheme.MatchString(place)
}

// inImage tells whether a place is a file of the image.
func inImage(place string) bool { return strings.HasPrefix(place, "local:") }

// checkPlaces refuses files of the client: nothing takes them to the pods.
func (a *application) checkPlaces() error {
	places := []string{a.resource}
	for _, key := range uriLists {
		places = append(places, a.conf.List(key)...)
	}
	i := slices.IndexFunc(places, func(place string) bool { return place != noResource && onClient(place) })
	if i < 0 {
		return nil
	}
	return refuse("%s is a file of this machine, which pods do not see: put it into the image and write local://%s, or give a URL",
		strings.TrimPrefix(places[i], "file:"), path.Join("/opt/spark/work-dir", baseName(places[i])))
}
