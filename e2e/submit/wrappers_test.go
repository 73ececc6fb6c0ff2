package submit_test

import (
	"regexp"
	"strings"
	"testing"

	"swage.dev/swage/e2e/product"
)

// sparkSubmit runs the program under the name spark-submit, as its wrappers do, and returns all that it says.
func sparkSubmit(t *testing.T, args ...string) (said string, code int) {
	t.Helper()
	link, err := product.SparkSubmit(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := start(t)
	cmd.Path, cmd.Args = link, append([]string{link}, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// What wrappers of spark-submit look for in its output, line by line and without the blanks around lines, and what they
// must find as the pattern's first group. Airflow's are those of its SparkSubmitHook, old and new.
var wrapperReads = []struct{ wrapper, pattern, want string }{
	{"Airflow: the driver", `\s*pod name: ((.+?)-([a-z0-9]+)-driver)`, `^pi-[0-9a-f]{16}-driver$`},
	{"Airflow: the driver, newer", `\s*pod name: ((.+?)-([a-z0-9]+)-driver$)`, `^pi-[0-9a-f]{16}-driver$`},
	{"Airflow: the application's id", `\s*spark-app-selector -> (spark-([a-z0-9]+)), `, `^spark-[0-9a-f]{32}$`},
	{"Airflow: the exit code", `\s*[eE]xit code: (\d+)`, `^7$`},
	{"scripts: the submission", `submission ID [^: ]+:(\S+) into Kubernetes`, `^pi-[0-9a-f]{16}-driver$`},
	{"scripts: the application", `with application ID (spark-\S+) and`, `^spark-[0-9a-f]{32}$`},
	{"scripts: the phase", `phase: (Failed)`, `^Failed$`},
}

// Called spark-submit, the program is read by the wrappers of spark-submit.
func TestWrappersReadWhatTheProgramSays(t *testing.T) {
	namespace := server.Namespace(t)
	played := make(chan error, 1)
	go func() {
		_, err := play(t.Context(), namespace, exits(7))
		played <- err
	}()
	args := []string{"--master", "k8s://" + server.Config().Host, "--deploy-mode", "cluster", "--name", "pi", "--conf", "spark.kubernetes.namespace=" + namespace}
	said, code := sparkSubmit(t, append(args, pi...)...)
	if err := <-played; err != nil || code != 7 {
		t.Fatalf("exit code %d, %v\n%s", code, err, said)
	}
	for _, row := range wrapperReads {
		found := ""
		for line := range strings.Lines(said) {
			if match := regexp.MustCompile(row.pattern).FindStringSubmatch(strings.TrimSpace(line)); match != nil {
				found = match[1]
			}
		}
		if !regexp.MustCompile(row.want).MatchString(found) {
			t.Errorf("%s: found %q in\n%s", row.wrapper, found, said)
		}
	}
}

// threeDrivers are the drivers that --status and --kill are asked about.
func threeDrivers(t *testing.T) (namespace string, ask func(args ...string) (string, int)) {
	t.Helper()
	namespace = server.Namespace(t)
	for _, name := range []string{"pi-1-driver", "pi-2-driver", "other-driver"} {
		driverOf(t, namespace, name, "spark-"+name, runs)
	}
	return namespace, func(args ...string) (string, int) {
		return sparkSubmit(t, append([]string{"--master", "k8s://" + server.Config().Host}, args...)...)
	}
}

// spark-submit --status speaks of [NAMESPACE:]POD or a glob, says what spark-submit says, and exits with 0.
func TestSparkSubmitStatus(t *testing.T) {
	namespace, ask := threeDrivers(t)
	for _, row := range []struct {
		id, want string // a pattern
		drivers  int
	}{
		{namespace + ":pi-1-driver", `^Submitting a request for the status of submission ` + namespace + `:pi-1-driver in k8s://https://\S+\.\n` +
			`Application status \(driver\): \n\t pod name: pi-1-driver\n\t namespace: ` + namespace + `\n(.|\n)*\n\t phase: Running\n`, 1},
		{namespace + ":pi-*", `pi-1-driver(.|\n)*pi-2-driver`, 2},
		{namespace + ":none", `\nApplication not found\.\n$`, 0},
		{namespace + ":none*", `\nNo applications found\.\n$`, 0},
	} {
		said, code := ask("--status", row.id)
		if code != 0 || !regexp.MustCompile(row.want).MatchString(said) || strings.Count(said, "Application status (driver): ") != row.drivers {
			t.Errorf("%s: exit code %d\n%s", row.id, code, said)
		}
	}
}

func TestSparkSubmitKill(t *testing.T) {
	namespace, ask := threeDrivers(t)
	said, code := ask("--kill", namespace+":pi-*", "--conf", "spark.kubernetes.appKillPodDeletionGracePeriod=0")
	if code != 0 || !strings.Contains(said, "Grace period in secs: 0\nDeleting driver pod: pi-1-driver.\nDeleting driver pod: pi-2-driver.\n") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if alive := aliveDrivers(t, namespace); alive != 1 {
		t.Errorf("%d drivers are alive", alive)
	}
	if said, code := ask("--kill", namespace+":none"); code != 0 || !strings.HasSuffix(said, "Grace period in secs: not set.\nApplication not found.\n") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	for _, id := range []string{":x", "a:", "a/b:c", "n:x:y"} {
		if said, code := ask("--kill", id); code != 2 || !strings.Contains(said, "is invalid") {
			t.Errorf("%s: exit code %d, %s", id, code, said)
		}
	}
}

// Livy asks for the version before anything else.
func TestSparkSubmitVersion(t *testing.T) {
	said, code := sparkSubmit(t, "--version")
	found := regexp.MustCompile(`version (.*)`).FindStringSubmatch(said)
	if code != 0 || found == nil || !regexp.MustCompile(`^(\d+)\.(\d+)(\..*)?$`).MatchString(found[1]) {
		t.Errorf("exit code %d, %q", code, said)
	}
}
