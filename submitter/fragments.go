package submitter

import (
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"swage.dev/swage/submitter/commandline"
)

// checkFragments refuses names, by #NAME, that are no place in the directory which
// Spark puts the file into: it would write over what is elsewhere.
// Names that no file system stores would fail in the driver only.
func checkFragments(key string, places []string) error {
	for _, place := range places {
		_, fragment, named := strings.Cut(place, "#")
		name, err := url.PathUnescape(fragment)
		switch {
		case !named:
		case err != nil || name == "." || !fs.ValidPath(name):
			return refuse("%s: #%s is no name of a file in the driver's directory: expected one without / at its begin, and without ..", place, fragment)
		case strings.ContainsFunc(name, unicode.IsControl):
			return refuse("%s: the name behind # of %q has a control character: take it out", commandline.Option(key), place)
		case slices.ContainsFunc(strings.Split(name, "/"), tooLongAName):
			return refuse("%s: the name behind # of %s is too long: no file system stores a name of more than %d bytes", commandline.Option(key), place, longestFileName)
		}
	}
	return nil
}

// longestFileName is NAME_MAX of Linux, in bytes.
const longestFileName = 255

func tooLongAName(name string) bool { return len(name) > longestFileName }

// escapedFragment is a name behind # as java.net.URI reads it. Of one with a blank Spark would take the whole for the name of a
// file, and find none.
func escapedFragment(fragment string) string {
	name, err := url.PathUnescape(fragment)
	if err != nil {
		return fragment // checkFragments has refused it
	}
	return (&url.URL{Fragment: name, RawFragment: fragment}).EscapedFragment()
}
