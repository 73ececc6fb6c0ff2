package sparkapplication

import (
	"maps"
	"slices"
	"strings"
)

// programRows are the program, its image, and the settings as they are written.
var programRows = []row{
	{"sparkConf", Mapped, "`--conf KEY=VALUE`; a field that makes the same setting is stronger, and a warning says so. `spark.master`, `spark.submit.deployMode` and `spark.app.name` do not count, as in the operator, nor does how to reach the API server (`spark.kubernetes.context`, `spark.kubernetes.trust.certificates`, `spark.kubernetes.authenticate.submission.*`); a warning says so", func(m *mapping) {
		for _, key := range slices.Sorted(maps.Keys(m.spec.SparkConf)) {
			if why := notTheManifests(key); why != "" {
				m.warnAt(append(m.path("sparkConf"), key), "it does not count: %s", why)
				continue
			}
			m.app.Line.Conf[key] = m.spec.SparkConf[key]
		}
	}, false},
	{"hadoopConf", Mapped, "`--conf spark.hadoop.KEY=VALUE`", func(m *mapping) { m.setEach("hadoopConf", "spark.hadoop.", m.spec.HadoopConf) }, false},
	{"type", Mapped, "checked: `Python` and `R` need a program whose name ends so, `Java` and `Scala` a `mainClass`", (*mapping).takeType, false},
	{"sparkVersion", Mapped, "`--spark-version`", func(m *mapping) { m.app.SparkVersion = m.spec.SparkVersion }, false},
	{"mode", Refused, "`cluster`; `client` is refused, approximated it is `cluster`", func(m *mapping) {
		m.oneOf("mode", m.spec.Mode, "cluster", "client")
		if m.spec.Mode == "client" {
			m.refuse("mode", "in client mode the driver would run on this machine", "it runs in the cluster")
		}
	}, false},
	{"proxyUser", Mapped, "`--proxy-user`", func(m *mapping) { m.value("--proxy-user", m.spec.ProxyUser) }, false},
	{"image", Mapped, "`spark.kubernetes.container.image`", func(m *mapping) { m.setGiven("image", "spark.kubernetes.container.image", m.spec.Image) }, false},
	{"imagePullPolicy", Mapped, "`spark.kubernetes.container.image.pullPolicy`", func(m *mapping) {
		m.setGiven("imagePullPolicy", "spark.kubernetes.container.image.pullPolicy", m.spec.ImagePullPolicy)
	}, false},
	{"imagePullSecrets", Mapped, "`spark.kubernetes.container.image.pullSecrets`", func(m *mapping) {
		m.setList("imagePullSecrets", "spark.kubernetes.container.image.pullSecrets", m.spec.ImagePullSecrets)
	}, false},
	{"mainClass", Mapped, "`--class`", func(m *mapping) { m.value("--class", m.spec.MainClass) }, false},
	{"mainApplicationFile", Mapped, "the program", func(m *mapping) { m.app.Line.Resource = m.spec.MainApplicationFile }, false},
	{"arguments", Mapped, "its arguments", func(m *mapping) { m.app.Line.Args = append([]string{}, m.spec.Arguments...) }, false},
	{"pythonVersion", Refused, "`3`, which every Spark since 3.1 has; `2` is refused, approximated it is 3", func(m *mapping) {
		m.oneOf("pythonVersion", m.spec.PythonVersion, "2", "3")
		if m.spec.PythonVersion == "2" {
			m.refuse("pythonVersion", "Spark runs Python 2 no longer since 3.1", "it is Python 3")
		}
	}, false},
}

// notTheManifests says why a setting of sparkConf does not count, "" for one that does. Options that the operator gives are stronger
// than some, and others are about how whoever submits reaches the API server: a file would choose who gets his credentials, or
// which file of his goes there as a token.
func notTheManifests(key string) string {
	if strings.HasPrefix(key, "spark.kubernetes.authenticate.submission.") {
		return "how you reach the API server is the kubeconfig's, or --conf's"
	}
	switch key {
	case "spark.app.name":
		return "the name is metadata.name"
	case "spark.master":
		return "the API server is that of --master or the kubeconfig"
	case "spark.kubernetes.context":
		return "the context is that of --context or the kubeconfig"
	case "spark.kubernetes.trust.certificates":
		return "a file does not say whom you trust: give it by --conf if you do"
	case "spark.submit.deployMode":
		return "it is spec.mode"
	}
	return ""
}

// value is an option of the command line.
func (m *mapping) value(option, value string) {
	if value != "" {
		m.app.Line.Values[option] = value
	}
}

// takeType checks that Spark, which goes by the name of the program, will see
// the same in it.
func (m *mapping) takeType() {
	program := strings.ToLower(m.spec.MainApplicationFile)
	python, r := strings.HasSuffix(program, ".py"), strings.HasSuffix(program, ".r")
	m.oneOf("type", m.spec.Type, "Java", "Scala", "Python", "R")
	switch t := m.spec.Type; {
	case program == "":
		m.invalid("mainApplicationFile", "it is empty: expected a jar, a Python or an R file")
	case (t == "Python") != python || (t == "R") != r:
		m.invalid("type", "%s, and %s is another kind of program: .py is Python, .R is R, anything else Java or Scala", t, m.spec.MainApplicationFile)
	case (t == "Java" || t == "Scala") && m.spec.MainClass == "":
		m.invalid("mainClass", "missing: a program of type %s needs it", t)
	}
}
