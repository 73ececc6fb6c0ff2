package submitter

import (
	"maps"
	"slices"
	"strings"

	"swage.dev/swage/submitter/javaoptions"
)

// javaOptions are an executor's, in Spark's order: those that open Java's
// modules, the settings', and the settings that a process needs before it has
// asked the driver.
func (e *executorBuild) javaOptions() []string {
	options := javaoptions.Split(e.optionsText())
	for _, key := range slices.Sorted(maps.Keys(e.conf.All())) {
		if e.neededAtStart(key) {
			options = append(options, "-D"+key+"="+e.conf.Raw(key))
		}
	}
	return options
}

// optionsText is in Spark's order: default options first, and those of its own
// before the user's. Spark writes its own into the setting; where it does that
// with the defaults before them, it repeats the defaults.
func (e *executorBuild) optionsText() string {
	text, defaults := e.conf.Get(keyExecutorOptions), e.conf.Get(keyExecutorDefaults)
	for _, own := range []string{strings.Join(e.release.modules.all(), " "), "-Djava.net.preferIPv6Addresses=" + e.preferIPv6()} {
		if e.release.repeatsDefaults {
			text = joined(defaults, text)
		}
		text = joined(own, text)
	}
	return joined(defaults, text)
}

func joined(a, b string) string { return strings.TrimSpace(a + " " + b) }

// preferIPv6 is what the driver's own options say.
func (e *executorBuild) preferIPv6() string {
	const property = "-Djava.net.preferIPv6Addresses="
	value := "false"
	for _, option := range javaoptions.Split(joined(e.conf.Get(keyDriverDefaults), e.conf.Get(keyDriverOptions))) {
		if said, ok := strings.CutPrefix(option, property); ok {
			value = said
		}
	}
	if value != "true" {
		return "false"
	}
	return value
}

// neededAtStart are settings without which an executor cannot talk to the driver.
func (e *executorBuild) neededAtStart(key string) bool {
	switch {
	case strings.HasPrefix(key, "spark.auth"):
		return key != keyAuthSecret
	case strings.HasPrefix(key, "spark.rpc"), strings.HasPrefix(key, "spark.network"), strings.HasPrefix(key, "spark.port."):
		return true
	case e.release.sslAtStart && strings.HasPrefix(key, "spark.ssl"):
		return !strings.Contains(key, "Password")
	}
	return strings.HasPrefix(key, "spark.") && strings.HasSuffix(key, ".port")
}
