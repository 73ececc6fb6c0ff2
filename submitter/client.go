package submitter

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"swage.dev/swage/submitter/bounded"
	"swage.dev/swage/submitter/properties"
)

// client is the machine of whoever submits.
type client struct {
	env   func(string) (string, bool)
	files fs.FS
	dir   string
	user  string
}

func newClient(o Options) *client {
	return &client{env: o.Env, files: o.Files, dir: o.Dir, user: o.User}
}

// getenv is a variable's value, "" when it is not set.
func (c *client) getenv(name string) string {
	value, _ := c.env(name)
	return value
}

// absolute is a name of a file from the root on.
func (c *client) absolute(name string) string {
	if !path.IsAbs(name) {
		name = path.Join(c.dir, name)
	}
	return path.Clean(name)
}

// inFS is the same as io/fs writes it.
func (c *client) inFS(name string) string {
	name = strings.TrimPrefix(c.absolute(name), "/")
	if name == "" {
		return "."
	}
	return name
}

// read reads a file that what names. It takes file: URLs for their paths, and
// ends with an error at what has no end, such as /dev/zero.
func (c *client) read(what, name string) ([]byte, error) {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "file://"), "file:")
	file, err := c.files.Open(c.inFS(name))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", what, name, cause(err))
	}
	defer file.Close()
	text, err := bounded.Read(file, bounded.Most)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", what, name, cause(err))
	}
	return text, nil
}

// cause is an error without the file's name, which the caller knows as the user wrote it.
func cause(err error) error {
	if pathError, ok := err.(*fs.PathError); ok { //nolint:errorlint // only the outermost names the file
		return pathError.Err
	}
	return err
}

// properties reads a properties file; its values lose blanks around them, as in Spark.
func (c *client) properties(name string) (map[string]string, error) {
	text, err := c.read("properties file", name)
	if err != nil {
		return nil, err
	}
	all, err := properties.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("properties file %s: %w", name, err)
	}
	for key, value := range all {
		all[key] = strings.Trim(value, " \t\f\v")
	}
	return all, nil
}

// confDir is the folder of Spark's configuration, "" when there is none.
func (c *client) confDir() string {
	if dir := c.getenv(envConfDir); dir != "" {
		return dir
	}
	if home := c.getenv(envHome); home != "" {
		return path.Join(home, "conf")
	}
	return ""
}

// defaults is spark-defaults.conf, empty when there is none.
func (c *client) defaults() (map[string]string, error) {
	dir := c.confDir()
	if dir == "" {
		return nil, nil
	}
	name := path.Join(dir, defaultsFile)
	if _, err := fs.Stat(c.files, c.inFS(name)); err != nil {
		return nil, nil //nolint:nilerr // that it is not there is the normal case
	}
	return c.properties(name)
}

// installedVersion is the version of the Spark in $SPARK_HOME, "" when there is none.
func (c *client) installedVersion() string {
	home := c.getenv(envHome)
	if home == "" {
		return ""
	}
	if text, err := c.read("release file", path.Join(home, "RELEASE")); err == nil {
		if match := releaseLine.FindSubmatch(text); match != nil {
			return string(match[1])
		}
	}
	jars, _ := fs.ReadDir(c.files, c.inFS(path.Join(home, "jars")))
	for _, jar := range jars {
		if match := coreJar.FindStringSubmatch(jar.Name()); match != nil {
			return match[1]
		}
	}
	return ""
}

func (c *client) isDir(name string) bool {
	info, err := fs.Stat(c.files, c.inFS(name))
	return err == nil && info.IsDir()
}
