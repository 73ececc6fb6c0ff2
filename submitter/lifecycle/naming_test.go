package lifecycle_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// admission answers what CanName asks.
type admission struct {
	may          bool
	plain, asked int // the status of a pod that asks for no template, and of one that does
	asks         []string
}

func (a *admission) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/selfsubjectaccessreviews") {
		a.asks = append(a.asks, string(body))
		_ = json.NewEncoder(w).Encode(map[string]any{"status": map[string]any{"allowed": a.may}})
		return
	}
	code := a.plain
	if strings.Contains(string(body), podtemplate.TemplatesAnnotation) {
		code = a.asked
	}
	w.Header().Set("Warning", `299 - "of a pod that is never created"`)
	w.WriteHeader(code)
	if code != http.StatusCreated {
		_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Code: int32(code), Reason: metav1.StatusReasonForbidden})
	}
}

// S24: templates by name are for those who may write them, where pods that ask
// for some get them. Whoever refuses the pod anyway proves nothing.
func TestS24CanName(t *testing.T) {
	const made, denied, broken = http.StatusCreated, http.StatusForbidden, http.StatusInternalServerError
	for _, row := range []struct {
		rule         string
		may          bool
		plain, asked int
		want         bool
	}{
		{"the webhook misses the template", true, made, denied, true},
		{"nobody minds: there is no webhook", true, made, made, false},
		{"no right to write templates", false, made, denied, false},
		{"the pod is refused anyway", true, denied, denied, false},
		{"the webhook is down", true, made, broken, false},
	} {
		a := &admission{may: row.may, plain: row.plain, asked: row.asked}
		listening := httptest.NewServer(a)
		server := apiserver.New(listening.URL, listening.Client())
		server.Warned = func(text string) { t.Errorf("%s: told %s", row.rule, text) }
		plan := submittertest.Request{Version: "4.1.2", Executors: submitter.ByDriver, Args: []string{"--name", "pi"}}.Must(t)
		can, err := lifecycle.CanName(t.Context(), server, plan)
		if err != nil || can != row.want {
			t.Errorf("%s: %t, %v", row.rule, can, err)
		}
		if len(a.asks) != 1 || !strings.Contains(a.asks[0], `"verb":"write","group":"swage.dev","resource":"templates"`) {
			t.Errorf("%s: asked %q", row.rule, a.asks)
		}
		if _, asks := plan.Driver.Annotations[podtemplate.TemplatesAnnotation]; asks {
			t.Errorf("%s: the plan was changed", row.rule)
		}
		listening.Close()
		if _, err := lifecycle.CanName(t.Context(), server, plan); err == nil {
			t.Errorf("%s: no server is no answer", row.rule)
		}
	}
}

// Executors of a gang begin when the templates are there that they ask for.
func TestS24TemplatesComeBeforeTheGang(t *testing.T) {
	objects := gang(t, submitter.ByBoth)
	template := &corev1.Secret{ // there is no other one
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: "mine", Namespace: "default", Labels: map[string]string{podtemplate.TemplateLabel: "named"}},
	}
	objects.Owned = append(objects.Owned, template)
	fake := &fakeServer{}
	if _, err := lifecycle.Apply(t.Context(), fake.start(t), objects); err != nil {
		t.Fatal(err)
	}
	if owner := ownerOf(fake.objects["secrets/mine"]); owner == "" {
		t.Error("the template has no owner")
	}
	posts := 0
	for _, call := range fake.calls {
		if strings.HasPrefix(call, "POST") {
			if posts++; posts == 2 && !strings.HasSuffix(call, "/secrets") {
				t.Errorf("after the driver came %s", call)
			}
		}
	}
	if posts < 6 {
		t.Errorf("only %d creations", posts)
	}
}
