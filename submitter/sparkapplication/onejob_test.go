package sparkapplication_test

import (
	"strings"
	"testing"

	"swage.dev/swage/submitter/sparkapplication"
)

// S24: names that only one driver can have are refused with their line where a Job makes drivers, wherever the manifest says them.
// Approximated they are left out.
func TestS24NamesOfOneDriverInAJob(t *testing.T) {
	for _, row := range []struct{ rule, yaml, want string }{
		{"retries and a field", `{restartPolicy: {type: OnFailure, onFailureRetries: 1}, driver: {podName: mine}}`, "spec.driver.podName: a Job"},
		{"a time to live and a setting", `{timeToLiveSeconds: 9, sparkConf: {spark.kubernetes.driver.pod.name: mine}}`, `spec.sparkConf["spark.kubernetes.driver.pod.name"]: a Job`},
		{"executors' names", `{suspend: true, sparkConf: {spark.kubernetes.executor.podNamePrefix: mine}}`, `spec.sparkConf["spark.kubernetes.executor.podNamePrefix"]: a Job`},
	} {
		text := over(t, row.yaml)
		if _, err := taken(t, text, sparkapplication.Options{}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.rule, err)
		}
		app, err := taken(t, text, sparkapplication.Options{Approximate: true})
		if err != nil {
			t.Errorf("%s approximated: %v", row.rule, err)
			continue
		}
		if got := planned(t, app); strings.Contains(got, "mine") || !strings.Contains(got, row.want) {
			t.Errorf("%s approximated:\n%s", row.rule, got)
		}
	}
}

// S24: what is said of the Service, which a Job's drivers do not have, is not lost without a word.
func TestS24AJobHasNoService(t *testing.T) {
	got := planned(t, mustTake(t, over(t, `{timeToLiveSeconds: 9, driver: {serviceAnnotations: {a.b/c: mine}, serviceLabels: {d: mine}}}`)))
	for _, want := range []string{`spec.driver.serviceAnnotations["a.b/c"]: it means nothing`, "spec.driver.serviceLabels.d: it means nothing"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// S24: a manifest does not choose the API server, which would be given the credentials of whoever submits the file, nor how it is
// known and what it is told, nor where the driver runs but by mode.
func TestS24AManifestDoesNotChooseTheServer(t *testing.T) {
	for _, key := range []string{
		"spark.master", "spark.kubernetes.context", "spark.kubernetes.trust.certificates", "spark.kubernetes.authenticate.submission.oauthTokenFile",
		"spark.submit.deployMode", "spark.app.name",
	} {
		app := mustTake(t, over(t, `{sparkConf: {`+key+`: "elsewhere"}}`))
		if value := app.Line.Conf[key]; value == "elsewhere" {
			t.Errorf("%s=%s counts", key, value)
		}
		if got, want := planned(t, app), `spec.sparkConf["`+key+`"]: it does not count: `; !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
