package admission

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"swage.dev/swage/podtemplate"
)

// verdictAnswer is what a verdict comes out as.
type verdictAnswer struct {
	code    int // of HTTP
	allowed bool
	status  int32 // of the refusal
	level   string
	events  int // about the controller
}

var verdictAnswers = map[podtemplate.Verdict]verdictAnswer{
	podtemplate.Shaped:                {200, true, 0, "DEBUG", 0},
	podtemplate.Unchanged:             {200, true, 0, "DEBUG", 0},
	podtemplate.SkippedOptOut:         {200, true, 0, "DEBUG", 0},
	podtemplate.SkippedNotSpark:       {200, true, 0, "DEBUG", 0},
	podtemplate.SkippedNamespace:      {200, true, 0, "DEBUG", 0},
	podtemplate.DeniedConflict:        {200, false, 403, "INFO", 1},
	podtemplate.DeniedInvalid:         {200, false, 422, "INFO", 1},
	podtemplate.DeniedMissingTemplate: {200, false, 422, "INFO", 1},
	podtemplate.DeniedMissingDriver:   {200, false, 410, "INFO", 1},
	podtemplate.DeniedBrokenTemplate:  {200, false, 403, "INFO", 1},
	podtemplate.NotReady:              {503, false, 0, "INFO", 0},
	podtemplate.Failed:                {500, false, 0, "ERROR", 0},
}

// R26, R29: each verdict has one answer, one count, one log line; the list is podtemplate's.
func TestVerdicts(t *testing.T) {
	for _, verdict := range podtemplate.Verdicts() {
		t.Run(string(verdict), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				want, ok := verdictAnswers[verdict]
				if !ok {
					t.Fatal("a new verdict: say here what it answers")
				}
				w := newWorld(t, always(podtemplate.Result{
					Verdict: verdict, Reason: "the particulars", Warnings: []string{`say "hello"`},
					Templates: []podtemplate.Ref{{Namespace: "team", Name: "a", Mode: podtemplate.Default, Digest: "0123456789ab"}},
				}), true)
				response := w.post("/shape", reviewOf(owned(driverPod)))
				if response.Code != want.code {
					t.Errorf("answered %d %s", response.Code, response.Body)
				}
				w.wantTold(verdict, want)
				if want.code == http.StatusOK {
					w.wantAnswer(verdict, want)
				} else if strings.Contains(response.Body.String(), "AdmissionReview") || !strings.Contains(response.Body.String(), verdict.Sentence()) {
					t.Errorf("body %s", response.Body)
				}
			})
		})
	}
}

// wantTold checks the metric, the log line and the Events about one driver.
func (w *world) wantTold(verdict podtemplate.Verdict, want verdictAnswer) {
	w.t.Helper()
	w.wantCounted("driver " + string(verdict))
	lines := 0
	for line := range strings.Lines(w.log.String()) {
		if !strings.Contains(line, `"msg":"admission"`) {
			continue
		}
		lines++
		if !strings.Contains(line, `"level":"`+want.level+`"`) || !strings.Contains(line, `"verdict":"`+string(verdict)+`"`) {
			w.t.Errorf("logged %s", line)
		}
	}
	if lines != 1 {
		w.t.Errorf("%d lines about one decision: %s", lines, w.log)
	}
	if n := len(w.events()); n != want.events {
		w.t.Errorf("%d events, want %d", n, want.events)
	}
}

// wantAnswer checks what the API server is told.
func (w *world) wantAnswer(verdict podtemplate.Verdict, want verdictAnswer) {
	w.t.Helper()
	got := w.answer("/shape", reviewOf(owned(driverPod)))
	if got.Allowed != want.allowed || got.Warnings[0] != `say "hello"` || !strings.Contains(got.AuditAnnotations["shaped"], "0123456789ab") {
		w.t.Errorf("answer %+v", got)
	}
	if want.allowed {
		return
	}
	if got.Result.Code != want.status || got.Result.Status != metav1.StatusFailure ||
		got.Result.Message != verdict.Sentence()+": the particulars" {
		w.t.Errorf("refusal %+v", got.Result)
	}
}

// Each denial has its own row in the table of refusals, and no status that clients read as "exists" or "try again".
func TestRefusals(t *testing.T) {
	for _, verdict := range podtemplate.Verdicts() {
		refusal, ok := refusals[verdict]
		if ok != verdict.Denied() {
			t.Errorf("%s: in the table %t, a denial %t", verdict, ok, verdict.Denied())
		}
		if ok && (refusal.code < 400 || refusal.code > 499 || refusal.code == 409 || refusal.code == 429 || refusal.reason == "") {
			t.Errorf("%s: %d %s", verdict, refusal.code, refusal.reason)
		}
	}
}

// R29, R30: before everything was read the answer is 503, never "allowed, no change".
func TestNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, always(podtemplate.Result{Verdict: podtemplate.Unchanged}), false)
		for _, pod := range []string{executorPod, otherPod} {
			if response := w.post("/shape", reviewOf(pod)); response.Code != http.StatusServiceUnavailable {
				t.Errorf("answered %d %s", response.Code, response.Body)
			}
		}
		if counts := w.counted(); counts["none not-ready"] != 2 {
			t.Errorf("counted %v", counts)
		}
	})
}

// R29: a panic fails the one request, and does not tell what it holds.
func TestPanic(t *testing.T) {
	for what, cause := range map[string]any{
		"a text":           "quoting the pod: secret",
		"an error":         errors.New("quoting the pod: secret"),
		"a runtime error":  nil,
		"an aborted reply": http.ErrAbortHandler,
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, shaperFunc(func(podtemplate.Request) podtemplate.Result {
					if cause == nil {
						_ = []int{}[len(t.Name())]
					}
					panic(cause)
				}), true)
				response := w.post("/shape", reviewOf(executorPod))
				if response.Code != http.StatusInternalServerError {
					t.Errorf("answered %d %s", response.Code, response.Body)
				}
				if strings.Contains(w.log.String()+response.Body.String(), "secret") || !strings.Contains(w.log.String(), "handler_test.go") {
					t.Errorf("logged %s", w.log)
				}
				w.wantCounted("executor error")
			})
		})
	}
}

// Only the creation of pods is shaped; all else is allowed with nothing, and never reaches the shaper.
func TestForeignRequests(t *testing.T) {
	create := reviewOf(executorPod)
	for rule, body := range map[string]string{
		"an update":      strings.Replace(create, `"CREATE"`, `"UPDATE"`, 1),
		"a deletion":     strings.Replace(strings.Replace(create, `"CREATE"`, `"DELETE"`, 1), executorPod, "null", 1),
		"a binding":      strings.Replace(create, `"namespace"`, `"subResource":"binding","namespace"`, 1),
		"another kind":   strings.Replace(create, `"kind":"Pod"},"res`, `"kind":"Service"},"res`, 1),
		"another group":  strings.Replace(create, `"group":"","version":"v1","kind"`, `"group":"x","version":"v1","kind"`, 1),
		"no kind at all": strings.Replace(create, `"kind":{"group":"","version":"v1","kind":"Pod"},`, "", 1),
	} {
		t.Run(rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, shaperFunc(func(podtemplate.Request) podtemplate.Result {
					t.Error("shaped")
					return podtemplate.Result{}
				}), true)
				got := w.answer("/shape", body)
				if !got.Allowed || got.Patch != nil || got.Warnings != nil || got.AuditAnnotations != nil {
					t.Errorf("answer %+v", got)
				}
				w.wantCounted("none skipped-not-spark")
			})
		})
	}
}

// R32: a named template and the pod that asks for it created in one breath: never denied, never unshaped.
func TestNamedTemplateCreatedInTheSameBreath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, realShaper(), false)
		w.blind()
		w.start()
		cm := configMap("spot", podtemplate.Named, "spec: {terminationGracePeriodSeconds: 90}\n")
		if _, err := w.client.CoreV1().ConfigMaps("team").Create(t.Context(), cm, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		asking := strings.Replace(driverPod, `"labels"`, `"annotations":{"swage.dev/templates":"spot"},"labels"`, 1)
		for range 200 {
			if got := w.answer("/shape", reviewOf(asking)); !got.Allowed || !strings.Contains(string(got.Patch), "terminationGracePeriodSeconds") {
				t.Fatalf("answer %+v, patch %s", got, got.Patch)
			}
		}
		gets := 0
		for _, action := range w.client.Actions() {
			if action.Matches("get", "configmaps") {
				gets++
			}
		}
		if gets != 1 {
			t.Errorf("%d live gets for 200 pods, want one: the system has no say in what the namespace has", gets)
		}
	})
}

// R32: a template that exists nowhere is denied, with the names; an API server that does not say is an error.
func TestNamedTemplateThatIsNotFound(t *testing.T) {
	asking := reviewOf(strings.Replace(driverPod, `"labels"`, `"annotations":{"swage.dev/templates":"spot"},"labels"`, 1))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, realShaper(), true, configMap("sport", podtemplate.Named, "spec: {terminationGracePeriodSeconds: 90}\n"))
		got := w.answer("/shape", asking)
		if got.Allowed || !strings.Contains(got.Result.Message, "spot") || !strings.Contains(got.Result.Message, "sport") {
			t.Errorf("answer %+v", got.Result)
		}
		w.wantCounted("driver denied-missing-template")
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, realShaper(), true)
		w.client.PrependReactor("get", "configmaps", func(clienttesting.Action) (bool, runtime.Object, error) {
			return true, nil, errors.New("no connection")
		})
		if response := w.post("/shape", asking); response.Code != http.StatusInternalServerError {
			t.Errorf("answered %d %s", response.Code, response.Body)
		}
		w.wantCounted("driver error")
	})
}

// R32: all look-ups of one pod together take no longer than 1.5 s, also when each alone would.
func TestLookupsAreBoundedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, realShaper(), true)
		slow := func(clienttesting.Action) (bool, runtime.Object, error) {
			time.Sleep(time.Second)
			return false, nil, nil
		}
		w.metadata.PrependReactor("get", "*", slow)
		w.client.PrependReactor("get", "*", slow)
		unknown := strings.Replace(reviewOf(strings.Replace(executorPod, `"labels"`,
			`"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"d","uid":"1","controller":true}],"labels"`, 1)), `"team"`, `"new"`, 1)
		if err := w.metadata.Tracker().Add(&metav1.PartialObjectMetadata{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: "other"},
		}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		response := w.post("/shape", unknown)
		if took := time.Since(began); took > 1500*time.Millisecond {
			t.Errorf("took %s", took)
		}
		if response.Code != http.StatusInternalServerError {
			t.Errorf("answered %d %s", response.Code, response.Body)
		}
	})
}

// R8: an executor whose driver is gone is denied, whatever the templates say.
func TestMissingDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, realShaper(), true)
		orphan := strings.Replace(executorPod, `"labels"`, `"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"d","uid":"1","controller":true}],"labels"`, 1)
		if got := w.answer("/shape", reviewOf(orphan)); got.Allowed || got.Result.Code != http.StatusGone {
			t.Errorf("answer %+v", got)
		}
		w.wantCounted("executor denied-missing-driver")
	})
}

// A pod that is not Spark's costs no look at the cluster.
func TestOtherPodsAskNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, realShaper(), true)
		w.metadata.ClearActions()
		body := strings.Replace(reviewOf(otherPod), `"team"`, `"unknown"`, 1)
		if got := w.answer("/shape", body); !got.Allowed || got.Patch != nil {
			t.Errorf("answer %+v", got)
		}
		if n := len(w.metadata.Actions()); n != 0 {
			t.Errorf("%d requests", n)
		}
		w.wantCounted("none skipped-not-spark")
	})
}
