package submitter

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/javaoptions"
	"swage.dev/swage/submitter/sparkconf"
)

// application is what a command line asks for, all sources of settings merged.
type application struct {
	conf      *sparkconf.Conf
	resource  string // the program; noResource when the class path has it
	kind      resourceKind
	mainClass string
	args      []string
	proxyUser string
	notes     []string
}

// note tells the user something, once.
func (a *application) note(text string) {
	if !slices.Contains(a.notes, text) {
		a.notes = append(a.notes, text)
	}
}

// resourceKind is spark.kubernetes.resource.type.
type resourceKind string

const (
	kindJava   resourceKind = "java"
	kindPython resourceKind = "python"
	kindR      resourceKind = "r"
)

// fallbacks are the variables that stand in for settings that nobody made.
var fallbacks = []struct{ key, env string }{
	{keyMaster, envMaster},
	{keyDeployMode, envDeployMode},
	{keyDriverMemory, envDriverMem},
	{keyExecutorMemory, envExecMem},
	{keyExecutorCores, envExecCores},
}

// uriLists are the settings whose elements are places of files.
var uriLists = []string{keyJars, keyFiles, keyArchives, keyPyFiles}

// readApplication merges what spark-submit merges, strongest first: options,
// --conf, the properties file (or spark-defaults.conf), the environment.
// A shell needs no program.
func readApplication(line *commandline.Line, c *client, r release, s *shell) (*application, error) {
	a := &application{resource: line.Resource, args: line.Args, proxyUser: line.Values["--proxy-user"]}
	given, err := a.given(line, c, r)
	if err != nil {
		return nil, err
	}
	settings := merged(fallen(c), merged(given, line.Settings()))
	if err := checkLine(line, settings, s); err != nil {
		return nil, err
	}
	a.conf = sparkconf.New(merged(javaoptions.SystemProperties(c.getenv(envSubmitOpts)), settings))
	a.conf.SetEnv(c.env)
	if s != nil {
		return a, a.shellProgram(s, c)
	}
	return a, a.program(line, c)
}

// fallen are the settings that the client's environment makes.
func fallen(c *client) map[string]string {
	settings := map[string]string{}
	for _, f := range fallbacks {
		if value, found := c.env(f.env); found {
			settings[f.key] = value
		}
	}
	return settings
}

// given is the settings of --conf and of the files, those that are not Spark's left out.
func (a *application) given(line *commandline.Line, c *client, r release) (map[string]string, error) {
	all := maps.Clone(line.Conf)
	file := line.Values["--properties-file"]
	if file != "" {
		values, err := c.properties(file)
		if err != nil {
			return nil, err
		}
		all = merged(values, all)
	}
	load := line.Switches["--load-spark-defaults"]
	if load && !r.loadDefaults {
		return nil, refuse("Unrecognized option: --load-spark-defaults (Spark %s does not know it)", r.minor)
	}
	if file == "" || load {
		values, err := c.defaults()
		if err != nil {
			return nil, err
		}
		all = merged(values, all)
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !strings.HasPrefix(key, "spark.") {
			a.note("ignored setting " + key + ": it does not begin with spark.")
			delete(all, key)
		}
	}
	return all, nil
}

// merged is weak with all of strong over it.
func merged(weak, strong map[string]string) map[string]string {
	all := maps.Clone(weak)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, strong)
	return all
}

// program finds what is to be run, and names the application.
func (a *application) program(line *commandline.Line, c *client) error {
	if slices.Contains([]string{"pyspark-shell", "sparkr-shell", "spark-shell"}, a.resource) {
		return refuse("Cluster deploy mode is not applicable to Spark shells.")
	}
	if a.resource != noResource {
		a.resource = c.resolveURI(a.resource)
	}
	a.mainClass = line.Values["--class"]
	switch {
	case strings.HasSuffix(a.resource, ".py"):
		a.kind, a.mainClass = kindPython, pythonRunner
	case strings.HasSuffix(strings.ToLower(a.resource), ".r"):
		a.kind, a.mainClass = kindR, rRunner
	case a.mainClass == "":
		return refuse("%s: give the main class by --class", a.resource)
	default:
		a.kind = kindJava
	}
	a.conf.SetMissing(keyAppName, firstOf(line.Values["--class"], baseName(line.Resource)))
	return a.places(c)
}

// places resolves where files are, and gives a Java application its own jar.
func (a *application) places(c *client) error {
	for _, key := range uriLists {
		if list := a.conf.List(key); len(list) > 0 {
			resolved, err := c.resolveAll(list)
			if err := errors.Join(err, checkFragments(key, list)); err != nil {
				return err
			}
			a.conf.Set(key, strings.Join(resolved, ","))
		}
	}
	jars := a.conf.List(keyJars)
	if a.kind == kindJava && a.resource != noResource && !slices.Contains(jars, a.resource) {
		a.conf.Set(keyJars, strings.Join(append(jars, a.resource), ","))
	}
	a.conf.SetMissing(keyPyFiles, "")
	return nil
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func baseName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
