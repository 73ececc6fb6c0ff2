package submitter

import (
	"net/url"
	"strconv"
	"strings"

	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/sparkconf"
)

// positives are the settings that must be greater than zero where they are
// given; the sentences are spark-submit's.
var positives = []struct {
	key, option, what string
	size              bool
}{
	{key: keyDriverMemory, what: "Driver memory", size: true},
	{key: keyExecutorMemory, what: "Executor memory", size: true},
	{key: keyDriverCores, what: "Driver cores"},
	{key: keyExecutorCores, what: "Executor cores"},
	{key: keyTotalCores, option: "--total-executor-cores", what: "Total executor cores"},
	{key: keyInstances, what: "Number of executors"},
}

// checkLine refuses what spark-submit refuses before it looks at the cluster.
func checkLine(line *commandline.Line, settings map[string]string, s *shell) error {
	if _, remote := line.Values["--remote"]; remote || settings[keyRemote] != "" {
		return refuse("Remote cannot be specified with master and/or deploy mode.")
	}
	switch {
	case s != nil:
		if err := s.check(line); err != nil {
			return err
		}
	case line.Resource == "":
		return refuse("Missing application resource.")
	}
	if err := checkPositives(line, settings); err != nil {
		return err
	}
	_, proxy := line.Values["--proxy-user"]
	if proxy && settings[keyPrincipal] != "" {
		return refuse("Only one of --proxy-user or --principal can be provided.")
	}
	return nil
}

func checkPositives(line *commandline.Line, settings map[string]string) error {
	dynamic := strings.EqualFold(settings[keyDynamic], "true")
	for _, p := range positives {
		value, given := settings[p.key]
		if option, also := line.Values[p.option]; also {
			value, given = option, true
		}
		if given && !positive(value, p.size) && (p.key != keyInstances || !dynamic) {
			return refuse("%s must be a positive number", p.what)
		}
	}
	return nil
}

func positive(value string, size bool) bool {
	if size {
		n, err := sparkconf.ParseBytes(value, 1)
		return err == nil && n > 0
	}
	n, err := strconv.ParseInt(value, 10, 32)
	return err == nil && n > 0
}

// chooseMode settles the deploy mode. A shell's is client, in its pod, whatever
// the defaults say that are for programs.
func (b *build) chooseMode() error {
	mode := "cluster"
	if b.shell != nil {
		mode = "client"
	} else if err := checkMode(b.conf.Raw(keyDeployMode)); err != nil {
		return err
	}
	b.conf.Set(keyDeployMode, mode)
	return nil
}

// checkMode refuses deploy modes other than cluster, which is the default (S11).
func checkMode(mode string) error {
	switch mode {
	case "", "cluster":
		return nil
	case "client":
		return refuse("--deploy-mode client runs the driver on this machine, which takes a JVM: use spark-submit for it; a shell in the cluster is swage shell")
	}
	return refuse(`--deploy-mode must be either "client" or "cluster"`)
}

// masterURL is the setting spark.master: k8s:// and the API server's URL, https unless it says http.
func masterURL(master string) (string, error) {
	address, found := strings.CutPrefix(master, masterPrefix)
	if !found || address == "" {
		return "", refuse("--master %s: expected k8s://HOST:PORT, the API server of a Kubernetes cluster", master)
	}
	scheme, _, found := strings.Cut(address, "://")
	switch {
	case !found:
		return masterPrefix + "https://" + address, checkAddress("https://" + address)
	case strings.EqualFold(scheme, "https"), strings.EqualFold(scheme, "http"):
		return master, checkAddress(address)
	}
	return "", refuse("--master %s: the URL begins with %s://, expected https:// or http://", master, scheme)
}

// checkAddress refuses what is no server's URL. It does not repeat one with a password, which would stay in logs and in
// the driver's configuration.
func checkAddress(address string) error {
	parsed, err := url.Parse(address)
	switch {
	case strings.Contains(address, "@"):
		return refuse("--master: the URL holds a user or a password: leave them out, and give credentials by a kubeconfig")
	case err != nil:
		return refuse("--master: %v: expected k8s://HOST:PORT", err)
	case parsed.Hostname() == "":
		return refuse("--master %s%s: it names no host: expected k8s://HOST:PORT", masterPrefix, address)
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return refuse("--master: a URL with ? or #: expected k8s://HOST:PORT")
	}
	return nil
}
