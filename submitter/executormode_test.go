package submitter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
)

// S2: who makes the executors, and why not the submitter.
func TestS2WhoMakesExecutors(t *testing.T) {
	four := []string{"--num-executors", "4"}
	with := func(settings ...string) []string {
		args := slices.Clone(four)
		for _, s := range settings {
			args = append(args, "--conf", s)
		}
		return args
	}
	for _, row := range []struct {
		rule   string
		args   []string
		reason string // why the driver makes them; "": both
		others bool   // an explicit submitter is accepted nevertheless
	}{
		{rule: "their number is given", args: four},
		{rule: "their number is a setting", args: []string{"--conf", "spark.executor.instances=4"}},
		{rule: "their number is not given", reason: "--num-executors", others: true},
		{rule: "dynamic allocation", args: with("spark.dynamicAllocation.enabled=TRUE"), reason: "spark.dynamicAllocation.enabled"},
		{rule: "no dynamic allocation, said so", args: with("spark.dynamicAllocation.enabled=false")},
		{rule: "dynamic allocation of streams", args: with("spark.streaming.dynamicAllocation.enabled=true"), reason: "spark.streaming.dynamicAllocation.enabled"},
		{rule: "another allocator", args: with("spark.kubernetes.allocation.pods.allocator=statefulset"), reason: "allocation.pods.allocator"},
		{rule: "the usual allocator, said so", args: with("spark.kubernetes.allocation.pods.allocator=direct")},
		{rule: "no watch", args: with("spark.kubernetes.executor.enableApiWatcher=false"), reason: "enableApiWatcher", others: true},
		{rule: "steps of the user's", args: with("spark.kubernetes.executor.pod.featureSteps=com.example.Step"), reason: "featureSteps"},
		{rule: "Volcano's step, which is known here", args: with("spark.kubernetes.executor.pod.featureSteps=org.apache.spark.deploy.k8s.features.VolcanoFeatureStep")},
		{rule: "excluded steps", args: with("spark.kubernetes.executor.pod.excludedFeatureSteps=com.example.Step"), reason: "excludedFeatureSteps"},
		{rule: "rolling", args: with("spark.plugins=a.B,org.apache.spark.scheduler.cluster.k8s.ExecutorRollPlugin"), reason: "ExecutorRollPlugin"},
		{rule: "waiting for claims", args: with("spark.kubernetes.driver.waitToReusePersistentVolumeClaim=true"), reason: "waitToReuse", others: true},
		{rule: "no executors at all", args: with("spark.kubernetes.driver.master=local[2]"), reason: "driver.master"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			wantMode(t, request{args: row.args, version: "4.1.2", executors: submitter.ByAuto}, row.reason)
			wantExplicit(t, request{args: row.args, version: "4.1.2", executors: submitter.ByBoth}, row.reason)
			reason := row.reason
			if row.others {
				reason = ""
			}
			wantExplicit(t, request{args: row.args, version: "4.1.2", executors: submitter.BySubmitter}, reason)
		})
	}
}

// The automatic choice refuses nothing; a note says why the driver makes them.
func wantMode(t *testing.T, r request, reason string) {
	t.Helper()
	objects := r.must(t)
	if by := objects.Executors; (by == nil) != (reason != "") || by != nil && by.By != submitter.ByBoth {
		t.Errorf("auto: got %+v", by)
	}
	if notes := strings.Join(objects.Notes, "\n"); strings.Contains(notes, "executors by the driver") != (reason != "") || !strings.Contains(notes, reason) {
		t.Errorf("auto: notes %q", notes)
	}
}

func wantExplicit(t *testing.T, r request, reason string) {
	t.Helper()
	objects, err := r.plan(t)
	if reason != "" {
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v", r.executors, err)
		}
		return
	}
	if err != nil || objects.Executors == nil || objects.Executors.By != r.executors {
		t.Errorf("%s: %v", r.executors, err)
	}
}

// S1: of a Spark whose version nobody knows only the driver can make executors.
func TestS1UnknownVersionLeavesExecutorsToTheDriver(t *testing.T) {
	args := []string{"--num-executors", "4"}
	wantMode(t, request{args: args, executors: submitter.ByAuto}, "--spark-version")
	wantExplicit(t, request{args: args, executors: submitter.ByBoth}, "--spark-version")
	wantExplicit(t, request{args: args, executors: submitter.BySubmitter}, "--spark-version")
	wantExplicit(t, request{args: args, image: "spark:4.1.2", executors: submitter.ByBoth}, "")
}

// S2: without a choice of the user's it is both where the number is given, and
// else the driver, and a line says why.
func TestS2WithoutAChoice(t *testing.T) {
	for _, row := range []struct {
		args []string
		made bool
		note string
	}{
		{[]string{"--num-executors", "4"}, true, ""},
		{[]string{"--conf", "spark.executor.instances=4"}, true, ""},
		{nil, false, "executors by the driver, since their number is not given"},
	} {
		options := request{args: row.args, version: "4.1.2"}.options(t)
		options.ExecutorsBy = ""
		objects, err := submitter.Plan(options)
		if err != nil {
			t.Fatal(err)
		}
		if notes := strings.Join(objects.Notes, "; "); (objects.Executors != nil) != row.made || !strings.HasPrefix(notes, row.note) || (row.note == "") != (notes == "") {
			t.Errorf("%q: %+v, notes %q", row.args, objects.Executors, notes)
		}
	}
	if _, err := (request{executors: "me"}).plan(t); !errors.Is(err, submitter.ErrRefused) {
		t.Errorf("got %v", err)
	}
}
