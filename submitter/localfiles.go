package submitter

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"swage.dev/swage/submitter/staging"
)

// localFiles are the files of the client that pods shall see, each of them once.
type localFiles struct {
	files  []staging.File    // in the order of the command line
	places map[string]string // by path, where each goes below the folder of all of them
}

// findLocalFiles looks at the files of the client that the application names: the program, and those of the lists.
func (b *build) findLocalFiles() error {
	b.local.places = map[string]string{}
	if b.app.resource != noResource && onClient(b.app.resource) {
		if err := b.local.add(b.client, b.app.resource); err != nil {
			return err
		}
	}
	names := map[string]string{}
	for _, key := range uriLists {
		for _, uri := range b.conf.List(key) {
			if !onClient(uri) {
				continue
			}
			if err := b.local.add(b.client, uri); err != nil {
				return err
			}
			if err := distinct(names, uri); err != nil {
				return err
			}
		}
	}
	return nil
}

// add looks at one file, unless it is known.
func (l *localFiles) add(c *client, uri string) error {
	name, err := pathOf(uri)
	if err != nil {
		return err
	}
	if _, known := l.places[name]; known {
		return nil
	}
	if strings.Contains(name, ",") {
		return refuse("%s: Spark cannot be told of a file with a comma in its name: rename it", name)
	}
	place := strconv.Itoa(len(l.files)+1) + "/" + path.Base(name)
	file, err := staging.Look(c.files, c.inFS(name), place)
	if err != nil {
		return refuse("%s: %v", name, err)
	}
	l.files = append(l.files, file)
	l.places[name] = place
	return nil
}

// distinct refuses two files of one name: Spark puts all of them into the driver's working directory, where the second takes the
// place of the first, and serves only one of them to the executors.
func distinct(names map[string]string, uri string) error {
	file, err := pathOf(uri)
	if err != nil {
		return err
	}
	name := path.Base(file)
	how := "rename one of them"
	if _, fragment, named := strings.Cut(uri, "#"); named {
		name = fragment
	} else {
		how += ", or say another name by " + uri + "#NAME where it is one of --files or --archives"
	}
	if other := names[name]; other != "" && other != file {
		return refuse("%s and %s: Spark knows both as %s, and would use one of them: %s", other, file, name, how)
	}
	names[name] = file
	return nil
}

// rewrite tells Spark where the files will be: in the settings, the files of the client first, as spark-submit does, and in the
// driver's arguments. A jar is among spark.jars, and is no argument then.
func (b *build) rewrite(where func(place string) string) error {
	pod := func(uri string) (string, error) {
		name, err := pathOf(uri)
		if err != nil {
			return "", err
		}
		placed := where(b.local.places[name])
		if _, fragment, named := strings.Cut(uri, "#"); named {
			placed += "#" + escapedFragment(fragment)
		}
		return placed, nil
	}
	for _, key := range uriLists {
		if err := b.rewriteList(key, pod); err != nil {
			return err
		}
	}
	switch {
	case b.app.resource == noResource || !onClient(b.app.resource):
		return nil
	case b.app.kind == kindJava:
		b.app.resource = noResource
		return nil
	}
	placed, err := pod(b.app.resource)
	b.app.resource = placed
	return err
}

func (b *build) rewriteList(key string, pod func(uri string) (string, error)) error {
	var ours, others []string
	for _, uri := range b.conf.List(key) {
		if !onClient(uri) {
			others = append(others, uri)
			continue
		}
		placed, err := pod(uri)
		if err != nil {
			return err
		}
		ours = append(ours, placed)
	}
	if len(ours) > 0 {
		b.set(key, strings.Join(append(ours, others...), ","))
	}
	return nil
}

// fileURI is the URI of a file of a pod.
func fileURI(name string) string { return "file://" + (&url.URL{Path: name}).EscapedPath() }
