package doctor_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/e2e/product"
)

// One installation, well and broken in each way. The API server's counters come
// first: nothing takes them back, and what is broken then makes calls fail.
func TestDoctor(t *testing.T) {
	t.Run("healthy", healthy)
	t.Run("healthy otherwise", healthyOtherwise)
	t.Run("counters", counters)
	t.Run("each check", func(t *testing.T) {
		for _, h := range slices.Concat(registrationHarms(), serverHarms(), settingHarms(), templateHarms()) {
			t.Run(h.rule, h.test)
		}
	})
	t.Run("replicas that differ", replicasThatDiffer)
	t.Run("recognisers of the chart", recognisersOfTheChart)
	t.Run("a second installation", secondInstallation)
	t.Run("Spark's accounts", sparksAccounts)
	t.Run("few rights", fewRights)
	t.Run("an old Kubernetes", oldKubernetes)
	t.Run("each set of the chart's values", eachSetOfValues) // the last: the installation becomes another one
}

// result is what doctor promises to programs.
type result struct{ Check, State, Installation, Message, Do string }

func doctor(t *testing.T, kubeconfig string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return program(t, kubeconfig, append([]string{"doctor"}, args...)...)
}

// program runs the real program with a kubeconfig.
func program(t *testing.T, kubeconfig string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{"KUBECONFIG=" + kubeconfig}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// examined are doctor's results, and how it exits.
func examined(t *testing.T, kubeconfig string, args ...string) (results []result, code int) {
	t.Helper()
	stdout, stderr, code := doctor(t, kubeconfig, append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(stdout), &results); err != nil {
		t.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	return results, code
}

// An installation that is well: each check is ok, or was not asked for.
func healthy(t *testing.T) {
	stdout, stderr, code := doctor(t, server.Kubeconfig())
	t.Log("\n" + stdout + stderr)
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	results, _ := examined(t, server.Kubeconfig())
	for _, r := range results {
		if r.State != wellState(r.Check) {
			t.Errorf("%+v", r)
		}
	}
	if lines := strings.Count(stdout, "\n"); lines != len(results)+1 || lines < 25 {
		t.Errorf("%d lines for %d results and their head", lines, len(results))
	}
}

// wellState is that of a check of an installation that is well, when no accounts were named.
func wellState(check string) string {
	if check == "driver-rights" || check == "submit-rights" {
		return "skipped"
	}
	return "ok"
}

// harm breaks one thing.
type harm struct {
	rule         string
	check, state string
	says         string // parts of the message, by |
	hurt         func(t *testing.T)
	also         []string // other checks that the same thing makes fail
}

// test breaks it, and wants that exactly this check tells it, with what to do.
func (h *harm) test(t *testing.T) {
	h.hurt(t)
	var results []result
	var code int
	// API servers see a change a moment later, and that the last one was taken back.
	patience.Until(t, h.check+" "+h.state+", and nothing else", func() error {
		results, code = examined(t, server.Kubeconfig())
		return errors.Join(h.told(results), h.alone(results))
	})
	want := 0
	if slices.ContainsFunc(results, func(r result) bool { return r.State == "failed" }) {
		want = 1
	}
	if code != want || h.state == "failed" && want != 1 {
		t.Errorf("exit %d, want %d", code, want)
	}
}

// alone is nil where nothing else is told.
func (h *harm) alone(results []result) error {
	var also []error
	for _, r := range results {
		if !h.expects(r) {
			also = append(also, fmt.Errorf("also %+v", r))
		}
	}
	return errors.Join(also...)
}

// expects tells whether a result is the one that is wanted, one that does not
// change, or of a check that was not asked because this one has the answer.
func (h *harm) expects(r result) bool {
	switch {
	case !ofThisInstallation(r), r.Check == h.check, slices.Contains(h.also, r.Check), r.State == wellState(r.Check):
		return true
	case r.State == "skipped":
		return strings.Contains(r.Message, "not asked: "+h.check+" has failed")
	}
	return history(r)
}

// history is what the API server counted of calls that failed before.
func history(r result) bool {
	return (r.Check == "refusals" || r.Check == "failed-open") && r.State == "warning" && strings.HasPrefix(r.Message, "since this API server started")
}

// ofThisInstallation leaves out a second one, of which there is only a registration.
func ofThisInstallation(r result) bool {
	return r.Installation == "" || r.Installation == system+"/"+service
}

func (h *harm) told(results []result) error {
	var wrong []error
	for _, r := range results {
		if r.Check != h.check || !ofThisInstallation(r) {
			continue
		}
		missing := slices.DeleteFunc(strings.Split(h.says, "|"), func(part string) bool { return strings.Contains(r.Message, part) })
		if r.State == h.state && len(missing) == 0 && r.Do != "" {
			return nil
		}
		wrong = append(wrong, fmt.Errorf("%+v", r))
	}
	return errors.Join(append(wrong, errors.New("not told"))...)
}
