package submitter_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/properties"
)

// outliving are the example's settings, with others over them; "" removes one.
func outliving(t *testing.T, others map[string]string) []string {
	t.Helper()
	text, err := os.ReadFile("../deploy/examples/spark-conf/shuffle-outlives-executors.conf")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := properties.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	var args []string
	for key, value := range settings {
		if other, given := others[key]; given {
			value = other
		}
		if value != "" {
			args = append(args, "--conf", key+"="+value)
		}
	}
	return args
}

// S26: the example lacks nothing, and what it takes is told where it is missing:
// Spark itself says it in executors' logs, or not at all.
func TestS26WhatShufflesThatOutliveExecutorsLackIsTold(t *testing.T) {
	const (
		driver = "spark.kubernetes.driver."
		claim  = "spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1."
	)
	for _, row := range []struct {
		rule   string
		others map[string]string
		by     submitter.ExecutorsBy
		want   string // "": nothing is told
	}{
		{rule: "the example", others: nil},
		{rule: "another plugin is not known", others: map[string]string{"spark.shuffle.sort.io.plugin.class": "org.example.Mine", claim + "mount.path": "/x"}},
		{rule: "reuse by default", others: map[string]string{driver + "reusePersistentVolumeClaim": ""}, want: "for false unless it is set"},
		{rule: "no reuse", others: map[string]string{driver + "reusePersistentVolumeClaim": "false"}, want: "for false unless it is set"},
		{rule: "executors own their claims", others: map[string]string{driver + "ownPersistentVolumeClaim": "false"}, want: "end with their executors"},
		{rule: "a claim that all share", others: map[string]string{claim + "options.claimName": "mine"}, want: "no claims of their own"},
		{rule: "a path where the plugin does not look", others: map[string]string{claim + "mount.path": "/data"}, want: "is mounted at /data: use a path such as"},
		{rule: "executors by the submitter", by: submitter.BySubmitter, others: map[string]string{driver + "waitToReusePersistentVolumeClaim": ""}, want: "use --executors-by driver"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			args := append(outliving(t, row.others), "--num-executors", "2")
			objects := request{args: args, version: "4.1.2", executors: row.by}.must(t)
			i := slices.IndexFunc(objects.Notes, func(note string) bool { return strings.HasPrefix(note, "no shuffle outlives its executor: ") })
			switch {
			case row.want == "" && i >= 0:
				t.Errorf("told: %s", objects.Notes[i])
			case row.want != "" && (i < 0 || !strings.Contains(objects.Notes[i], row.want)):
				t.Errorf("told: %q, want %s", objects.Notes, row.want)
			}
		})
	}
}

// Spark's external shuffle service is no part of its backend for Kubernetes:
// executors that look for it end.
func TestTheExternalShuffleServiceIsToldToBeMissing(t *testing.T) {
	for setting, want := range map[string]string{
		"spark.shuffle.service.enabled=true":  "port 7337 of its own pod",
		"spark.shuffle.service.enabled=false": "",
	} {
		objects := request{args: []string{"--conf", setting}, version: "4.1.2"}.must(t)
		told := strings.Contains(strings.Join(objects.Notes, "\n"), "no external shuffle service")
		if told != (want != "") || told && !strings.Contains(strings.Join(objects.Notes, "\n"), want) {
			t.Errorf("%s: told: %q", setting, objects.Notes)
		}
	}
}
