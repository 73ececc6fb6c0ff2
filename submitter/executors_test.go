package submitter_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

func planned(t *testing.T, by submitter.ExecutorsBy, version string, args ...string) *submitter.Objects {
	t.Helper()
	return request{version: version, executors: by, args: append([]string{"--name", "pi", "--num-executors", "30"}, args...)}.must(t)
}

// S3: ids that Spark's counter never meets; the first names are those that Spark tries blindly.
func TestS3IdsAndNames(t *testing.T) {
	for version, blind := range map[string]int{"3.5.9": 4, "4.1.2": 4, "4.2.0": 20} {
		objects := planned(t, submitter.ByBoth, version)
		executors := objects.Executors
		prefix := conf(t, objects)["spark.kubernetes.executor.podNamePrefix"]
		if executors.Count != 30 || prefix+"-driver" != objects.Driver.Name {
			t.Errorf("%s: %d executors with prefix %s", version, executors.Count, prefix)
		}
		for ordinal := range 35 { // more than there are: replacements
			number := strconv.Itoa(1000001 + ordinal)
			name := prefix + "-exec-" + number
			if ordinal < blind {
				name = prefix + "-exec-" + strconv.Itoa(ordinal+1)
			}
			wantExecutor(t, executors.Pod(ordinal), name, number)
		}
	}
}

func wantExecutor(t *testing.T, pod *corev1.Pod, name, id string) {
	t.Helper()
	env := map[string]string{}
	for _, variable := range pod.Spec.Containers[0].Env {
		env[variable.Name] = variable.Value
	}
	if pod.Name != name || pod.Spec.Hostname != name || pod.Labels["spark-exec-id"] != id || env["SPARK_EXECUTOR_ID"] != id {
		t.Errorf("%s %s: label %s, variable %s; want %s and %s", pod.Name, pod.Spec.Hostname, pod.Labels["spark-exec-id"], env["SPARK_EXECUTOR_ID"], name, id)
	}
}

// The prefix begins pods' and hosts' names: what Kubernetes would refuse for
// each executor is refused before the driver runs.
func TestExecutorPrefixes(t *testing.T) {
	long := strings.Repeat("a", 237)
	for _, row := range []struct {
		rule, prefix string
		refused      string
	}{
		{"one's own", "etl", ""},
		{"as long as there is room for the ids", long, ""},
		{"longer", long + "a", "at most 237"},
		{"upper case", "Etl", "lower case"},
		{"no name at all", "-", "lower case"},
		{"a dot in the host's name", "etl.daily", "leave out the dots"},
		{"a dot before the host's name begins", "etl." + strings.Repeat("a", 60), ""},
	} {
		r := request{version: "4.1.2", executors: submitter.ByBoth, args: []string{
			"--num-executors", "9", "--conf", "spark.kubernetes.executor.podNamePrefix=" + row.prefix,
		}}
		objects, err := r.plan(t)
		switch {
		case row.refused != "" && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.refused)):
			t.Errorf("%s: got %v", row.rule, err)
		case row.refused == "" && err != nil:
			t.Errorf("%s: %v", row.rule, err)
		case row.refused == "" && objects.Executors.Pod(8).Name != row.prefix+"-exec-1000009":
			t.Errorf("%s: got %s", row.rule, objects.Executors.Pod(8).Name)
		}
	}
}

// A long name of the application leaves no room for ids: executors' names begin otherwise.
func TestALongNameOfTheApplication(t *testing.T) {
	r := request{version: "4.1.2", executors: submitter.ByBoth, args: []string{"--num-executors", "9", "--name", strings.Repeat("a", 225)}}
	objects := r.must(t)
	prefix := conf(t, objects)["spark.kubernetes.executor.podNamePrefix"]
	if name := objects.Executors.Pod(8).Name; !strings.HasPrefix(prefix, "spark-") || name != prefix+"-exec-1000009" {
		t.Errorf("prefix %s, pod %s", prefix, name)
	}
}

// S3: a batch that is refused as a whole has as many names as it is large.
func TestS3ABatchOfOnesOwnSize(t *testing.T) {
	for _, row := range []struct {
		version string
		batch   string
		plain   int
	}{{"4.1.2", "9", 4}, {"4.2.0", "9", 9}, {"4.3.0", "50", 30}} {
		objects := planned(t, submitter.ByBoth, row.version, "--conf", "spark.kubernetes.allocation.batch.size="+row.batch)
		plain := 0
		for ordinal := range 30 {
			if strings.HasSuffix(objects.Executors.Pod(ordinal).Name, "-exec-"+strconv.Itoa(ordinal+1)) {
				plain++
			}
		}
		if plain != row.plain {
			t.Errorf("%s with batches of %s: %d names, want %d", row.version, row.batch, plain, row.plain)
		}
		if most := conf(t, objects)["spark.executor.maxNumFailures"]; row.version != "4.1.2" && most != strconv.Itoa(60+row.plain) {
			t.Errorf("%s: %s failures are allowed", row.version, most)
		}
	}
}

// Where Spark's allocator makes none there is nothing to evade.
func TestExecutorsBySubmitterCountFromOne(t *testing.T) {
	objects := planned(t, submitter.BySubmitter, "4.1.2")
	prefix := strings.TrimSuffix(objects.Driver.Name, "-driver")
	for ordinal := range 35 {
		number := strconv.Itoa(ordinal + 1)
		wantExecutor(t, objects.Executors.Pod(ordinal), prefix+"-exec-"+number, number)
	}
}

// S3: Spark's 4.2 and later count each refused creation as a failed executor.
func TestS3RefusedCreationsAreNoFailures(t *testing.T) {
	const key = "spark.executor.maxNumFailures"
	for _, row := range []struct {
		version, own, want string
	}{
		{version: "4.1.2"},
		{version: "4.1.2", own: "7", want: "7"},
		{version: "4.2.0", want: "80"},
		{version: "4.3.0", own: "7", want: "27"},
	} {
		var args []string
		if row.own != "" {
			args = []string{"--conf", key + "=" + row.own}
		}
		if got := conf(t, planned(t, submitter.ByBoth, row.version, args...))[key]; got != row.want {
			t.Errorf("%s with %q: got %q, want %q", row.version, row.own, got, row.want)
		}
	}
}

// S2: executors that are adopted leave the driver's settings alone but for their prefix.
func TestS2BothSetsOnlyThePrefix(t *testing.T) {
	by := func(by submitter.ExecutorsBy) map[string]string { return conf(t, planned(t, by, "4.1.2")) }
	driver, both := by(submitter.ByDriver), by(submitter.ByBoth)
	for key, value := range both {
		if driver[key] == "" && key != "spark.kubernetes.executor.podNamePrefix" && key != "spark.submit.pyFiles" {
			t.Errorf("sets %s=%s", key, value)
		}
	}
	if len(both) != len(driver)+1 {
		t.Errorf("%d settings, with the driver alone %d", len(both), len(driver))
	}
}

// The driver's account needs no right but to look at pods: whatever writes to
// the API server is off, and spark-submit in the driver sees no number that it would refuse.
func TestExecutorsBySubmitterKeepTheDriverQuiet(t *testing.T) {
	objects := planned(t, submitter.BySubmitter, "4.1.2", "--conf", "spark.executor.cores=2",
		"--conf", "spark.kubernetes.driver.service.deleteOnTermination=true", "--conf", "spark.kubernetes.driverEnv.SPARK_SUBMIT_OPTS=-Da=b")
	got := conf(t, objects)
	for key, want := range map[string]string{
		"spark.executor.instances":                                 "",
		"spark.dynamicAllocation.enabled":                          "false",
		"spark.dynamicAllocation.executorIdleTimeout":              "31536000s",
		"spark.kubernetes.executor.disableConfigMap":               "true",
		"spark.kubernetes.executor.deleteOnTermination":            "false",
		"spark.kubernetes.driver.service.deleteOnTermination":      "true", // said so
		"spark.kubernetes.driver.ownPersistentVolumeClaim":         "false",
		"spark.kubernetes.driver.reusePersistentVolumeClaim":       "false",
		"spark.kubernetes.driver.waitToReusePersistentVolumeClaim": "false",
		"spark.default.parallelism":                                "60",
		"spark.executor.maxNumFailures":                            "60",
	} {
		if got[key] != want {
			t.Errorf("%s=%s, want %s", key, got[key], want)
		}
	}
	for _, variable := range sparkOf(t, objects).Env {
		if variable.Name == "SPARK_SUBMIT_OPTS" && variable.Value != "-Da=b -Dspark.executor.instances=0" {
			t.Errorf("got %s", variable.Value)
		}
	}
}

// A dry run shows executors too: after the driver, each after its claims.
func TestAllHasTheExecutors(t *testing.T) {
	volume := "spark.kubernetes.executor.volumes.persistentVolumeClaim.data."
	objects := request{version: "4.1.2", executors: submitter.ByBoth, args: []string{
		"--num-executors", "2", "--conf", volume + "mount.path=/data", "--conf", volume + "options.claimName=OnDemand",
		"--conf", volume + "options.storageClass=fast", "--conf", volume + "options.sizeLimit=1Gi",
	}}.must(t)
	var kinds []string
	for _, o := range objects.All() {
		kinds = append(kinds, o.GetObjectKind().GroupVersionKind().Kind)
	}
	after := kinds[len(kinds)-5:]
	if want := []string{"Pod", "PersistentVolumeClaim", "Pod", "PersistentVolumeClaim", "Pod"}; !slices.Equal(after, want) {
		t.Errorf("got %q, want at the end %q", kinds, want)
	}
}

// Spark's claims are the driver's, unless the setting says that they are the executor's.
func TestClaims(t *testing.T) {
	volume := "spark.kubernetes.executor.volumes.persistentVolumeClaim.data."
	args := []string{
		"--conf", volume + "mount.path=/data", "--conf", volume + "options.claimName=OnDemand",
		"--conf", volume + "options.storageClass=fast", "--conf", volume + "options.sizeLimit=1Gi",
	}
	for _, by := range []submitter.ExecutorsBy{submitter.ByBoth, submitter.BySubmitter} {
		executors := planned(t, by, "4.1.2", args...).Executors
		pod, claims := executors.Pod(7), executors.Claims(7)
		if len(claims) != 1 || executors.OwnClaims {
			t.Fatalf("%s: %d claims, own %v", by, len(claims), executors.OwnClaims)
		}
		if name := pod.Spec.Volumes[0].PersistentVolumeClaim; name != nil && name.ClaimName != claims[0].GetName() {
			t.Errorf("%s: the pod wants %s, the claim is %s", by, name.ClaimName, claims[0].GetName())
		}
		if claims[0].GetName() == executors.Claims(8)[0].GetName() {
			t.Errorf("%s: two executors share %s", by, claims[0].GetName())
		}
	}
	own := planned(t, submitter.ByBoth, "4.1.2", append(args, "--conf", "spark.kubernetes.driver.ownPersistentVolumeClaim=false")...)
	if !own.Executors.OwnClaims {
		t.Error("the claims are the executor's own")
	}
}
