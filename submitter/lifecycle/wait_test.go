package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// script answers calls one after the other: "GET: body", "WATCH: events", "GET 404: body", or "GET: lost".
type script struct {
	t     *testing.T
	steps []string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(s.steps) == 0 {
		return nil, errors.New("the script has ended")
	}
	head, body, _ := strings.Cut(s.steps[0], ": ")
	s.steps = s.steps[1:]
	verb, code, _ := strings.Cut(head, " ")
	if want := r.URL.Query().Get("watch") != ""; want != (verb == "WATCH") {
		s.t.Errorf("%s was called, the script has %s", r.URL, verb)
	}
	if body == "lost" {
		return nil, errors.New("connection refused")
	}
	status := http.StatusOK
	if code != "" {
		_, _ = fmt.Sscan(code, &status)
		body = fmt.Sprintf(`{"kind":"Status","code":%d,"reason":%q}`, status, body)
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func waitedPod(status string) string {
	return `{"metadata":{"name":"d","namespace":"n","uid":"u","resourceVersion":"7"},"status":` + status + `}`
}

// deletedPod is a driver that ended with 3, and that somebody asked to delete with 30 s of grace until a time.
func deletedPod(until, ended string) string {
	return `{"metadata":{"name":"d","namespace":"n","uid":"u","deletionTimestamp":"` + until + `","deletionGracePeriodSeconds":30},
		"status":{"phase":"Failed","containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":3,"reason":"Error","finishedAt":"` + ended + `"}}}]}}`
}

func event(kind, status string) string {
	return `{"type":"` + kind + `","object":` + waitedPod(status) + `}`
}

func waitedDriver() *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "d", Namespace: "n", UID: "u"}}
}

// S17: the exit code is the Spark container's; without one it is 125 and a
// reason. The server may be away, and watches may end, as they like.
func TestS17Outcome(t *testing.T) {
	const (
		running   = `{"phase":"Running"}`
		ended     = `{"phase":"Succeeded","containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}`
		failed    = `{"phase":"Failed","containerStatuses":[{"name":"side","state":{"terminated":{"exitCode":0}}},{"name":"spark","state":{"terminated":{"exitCode":3,"reason":"Error"}}}]}`
		killed    = `{"phase":"Failed","containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}`
		sidecar   = `{"phase":"Running","containerStatuses":[{"name":"side","state":{"running":{}}},{"name":"spark","state":{"terminated":{"exitCode":4}}}]}`
		evicted   = `{"phase":"Failed","reason":"Evicted","message":"The node was low on memory."}`
		deadline  = `{"phase":"Failed","reason":"DeadlineExceeded"}`
		nothing   = `{"phase":"Failed"}`
		preempted = `{"phase":"Failed","conditions":[{"type":"DisruptionTarget","status":"True","reason":"PreemptionByScheduler","message":"for p"}],"containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":143,"reason":"Error"}}}]}`
		lateKill  = `{"phase":"Failed","reason":"DeadlineExceeded","message":"Pod was active too long","containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":137,"reason":"Error"}}}]}`
		unknown   = `{"phase":"Failed","containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":137,"reason":"ContainerStatusUnknown","message":"not located"}}}]}`
		noProgram = `{"phase":"Failed","containerStatuses":[{"name":"spark","state":{"terminated":{"exitCode":128,"reason":"StartError","message":"no such file"}}}]}`
		sideOnly  = `{"phase":"Running","containerStatuses":[{"name":"side","state":{"terminated":{"exitCode":9}}}]}`
	)
	get, watch := "GET: "+waitedPod(running), "WATCH: "
	for _, row := range []struct {
		rule   string
		script []string
		code   int
		reason string
	}{
		{"it has ended already", []string{"GET: " + waitedPod(ended)}, 0, ""},
		{"it ends while watched", []string{get, watch + event("MODIFIED", running) + event("MODIFIED", failed)}, 3, ""},
		{"what killed it is said", []string{get, watch + event("MODIFIED", killed)}, 137, "OOMKilled"},
		{"a sidecar that goes on is not waited for", []string{get, watch + event("MODIFIED", sidecar)}, 4, ""},
		{"nor is a sidecar's end Spark's", []string{get, watch + event("MODIFIED", sideOnly) + event("MODIFIED", ended)}, 0, ""},
		{"evicted", []string{get, watch + event("MODIFIED", evicted)}, 125, "Evicted: The node was low on memory."},
		{"too late", []string{"GET: " + waitedPod(deadline)}, 125, "DeadlineExceeded"},
		{"preempted: what the container says then is not its exit code", []string{"GET: " + waitedPod(preempted)}, 125, "PreemptionByScheduler: for p"},
		{"too late, and the container was killed for it", []string{"GET: " + waitedPod(lateKill)}, 125, "DeadlineExceeded: Pod was active too long"},
		{"its node lost track of it", []string{"GET: " + waitedPod(unknown)}, 125, "ContainerStatusUnknown: not located"},
		{"its program is not there", []string{"GET: " + waitedPod(noProgram)}, 125, "StartError: no such file"},
		{"deleted with its node", []string{get, watch + event("MODIFIED", `{"phase":"Running","conditions":[{"type":"DisruptionTarget","status":"True","reason":"DeletionByTaintManager"}]}`) + event("DELETED", running)}, 125, "the driver was deleted: DeletionByTaintManager"},
		{"deleted, and ended by that", []string{"GET: " + deletedPod("2026-01-01T00:00:30Z", "2026-01-01T00:00:02Z")}, 125, "the pod was deleted"},
		{"deleted after it had ended", []string{"GET: " + deletedPod("2026-01-01T00:00:30Z", "2025-12-31T23:59:58Z")}, 3, ""},
		{"failed without a word", []string{"GET: " + waitedPod(nothing)}, 125, "the pod failed before Spark ran"},
		{"deleted while watched", []string{get, watch + event("DELETED", running)}, 125, "the driver was deleted"},
		{"deleted between two watches", []string{get, watch, "GET 404: NotFound"}, 125, "the driver was deleted"},
		{"another pod took its name", []string{`GET: {"metadata":{"name":"d","uid":"other"},"status":` + running + `}`}, 125, "the driver was deleted"},
		{"a watch ends", []string{get, watch, get, watch, "GET: " + waitedPod(failed)}, 3, ""},
		{"a version is too old", []string{get, watch + `{"type":"ERROR","object":{"kind":"Status","code":410}}`, "GET: " + waitedPod(failed)}, 3, ""},
		{"a watch is refused as too old", []string{get, "WATCH 410: Expired", "GET: " + waitedPod(failed)}, 3, ""},
		{"a watch breaks within an event", []string{get, watch + `{"type":"MODI`, "GET: " + waitedPod(failed)}, 3, ""},
		{"bookmarks mean nothing", []string{get, watch + event("BOOKMARK", ended) + event("MODIFIED", failed)}, 3, ""},
		{"the server is away", []string{"GET: lost", "GET: lost", "GET 503: ServiceUnavailable", get, "WATCH: lost", "GET: " + waitedPod(ended)}, 0, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, steps: row.script}
				server := apiserver.New("http://h", &http.Client{Transport: s})
				got, err := lifecycle.Wait(t.Context(), server, waitedDriver(), lifecycle.WaitOptions{Container: "spark"})
				if err != nil || got.ExitCode != row.code || got.Reason != row.reason || len(s.steps) != 0 {
					t.Errorf("got %+v, %v, %d steps left", got, err, len(s.steps))
				}
			})
		})
	}
}

// Tries come less and less often while the server is away, and often again when it is back.
func TestWaitBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{t: t, steps: slices.Repeat([]string{"GET: lost"}, 8)}
		s.steps = append(s.steps, "GET: "+waitedPod(`{"phase":"Succeeded"}`))
		server := apiserver.New("http://h", &http.Client{Transport: s})
		begin := time.Now()
		if _, err := lifecycle.Wait(t.Context(), server, waitedDriver(), lifecycle.WaitOptions{Container: "spark"}); err != nil {
			t.Fatal(err)
		}
		if took, want := time.Since(begin), (1+2+4+8+16+30+30+30)*time.Second; took != want {
			t.Errorf("took %s, want %s", took, want)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("enough"))
		defer cancel()
		s := &script{t: t, steps: slices.Repeat([]string{"GET: lost"}, 100)}
		_, err := lifecycle.Wait(ctx, apiserver.New("http://h", &http.Client{Transport: s}), waitedDriver(), lifecycle.WaitOptions{Container: "spark"})
		if err == nil || err.Error() != "enough" {
			t.Errorf("got %v", err)
		}
	})
}

func TestWaitGivesUpWhereTryingIsVain(t *testing.T) {
	s := &script{t: t, steps: []string{"GET 403: Forbidden"}}
	_, err := lifecycle.Wait(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), waitedDriver(), lifecycle.WaitOptions{Container: "spark"})
	if !apierrors.IsForbidden(err) {
		t.Errorf("got %v", err)
	}
}

func TestWaitTellsEachState(t *testing.T) {
	s := &script{t: t, steps: []string{"GET: " + waitedPod(`{"phase":"Pending"}`), "WATCH: " + event("MODIFIED", `{"phase":"Running"}`) + event("MODIFIED", `{"phase":"Succeeded"}`)}}
	var phases []corev1.PodPhase
	o := lifecycle.WaitOptions{Changed: func(pods lifecycle.Pods) { phases = append(phases, pods.Driver.Status.Phase) }}
	if _, err := lifecycle.Wait(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), waitedDriver(), o); err != nil {
		t.Fatal(err)
	}
	if want := []corev1.PodPhase{"Pending", "Running", "Succeeded"}; !slices.Equal(phases, want) {
		t.Errorf("got %q", phases)
	}
}
