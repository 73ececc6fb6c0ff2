package writecheck

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/metrics"
)

// library stands for the store: every ConfigMap with the label is a template, and loads as podtemplate says.
type library struct {
	notSynced bool
	elsewhere string // a namespace that is not covered
	ending    string // a namespace that is being deleted
}

func (l library) Synced() bool                 { return !l.notSynced }
func (l library) Covers(namespace string) bool { return namespace != l.elsewhere }
func (library) Ours(cm *corev1.ConfigMap) bool { return cm.Labels[podtemplate.TemplateLabel] != "" }
func (l library) Terminating(_ context.Context, namespace string) (bool, error) {
	return namespace == l.ending, nil
}

func (library) Judge(cm *corev1.ConfigMap) ([]podtemplate.Problem, error) {
	t, err := podtemplate.Load(cm, podtemplate.LoadOptions{System: cm.Namespace == "system"})
	if err != nil {
		return nil, err
	}
	return t.Warnings, nil
}

// rights are what users may do: "create pods team", "write templates.swage.dev team"; "*" is all namespaces.
type rights map[string][]string

var everybody = rights{
	"admin":    {"create pods *", "write templates.swage.dev team", "write templates.swage.dev system"},
	"lead":     {"create pods team", "write templates.swage.dev team", "write templates.swage.dev system"},
	"spark":    {"create pods team"},
	"reviewer": {"write templates.swage.dev team"},
}

func (r rights) answer(review *authorizationv1.SubjectAccessReview) (bool, error) {
	wanted := review.Spec.ResourceAttributes
	if review.Spec.User == "nobody knows" {
		return false, errors.New("the authorizer is away")
	}
	resource, namespace := wanted.Resource, wanted.Namespace
	if wanted.Group != "" {
		resource += "." + wanted.Group
	}
	if namespace == "" {
		namespace = "*"
	}
	for _, has := range r[review.Spec.User] {
		if has == strings.Join([]string{wanted.Verb, resource, namespace}, " ") ||
			namespace == "team" && has == strings.Join([]string{wanted.Verb, resource, "*"}, " ") {
			return true, nil
		}
	}
	return false, nil
}

func checker(t *testing.T, known library, asked *[]authorizationv1.SubjectAccessReviewSpec) (*Checker, *prometheus.Registry) {
	t.Helper()
	var mu sync.Mutex // guards asked
	client := fake.NewClientset()
	client.PrependReactor("create", "subjectaccessreviews", func(action clienttesting.Action) (bool, runtime.Object, error) {
		review := action.(clienttesting.CreateAction).GetObject().(*authorizationv1.SubjectAccessReview)
		if asked != nil {
			mu.Lock()
			*asked = append(*asked, review.Spec)
			mu.Unlock()
		}
		may, err := everybody.answer(review)
		review.Status.Allowed = may
		return true, review, err
	})
	registry := prometheus.NewPedanticRegistry()
	writes, err := metrics.NewWrites(registry)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{
		Ask: Everywhere(client.AuthorizationV1()), Templates: known, Metrics: writes,
		SystemNamespace: "system", Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, registry
}

// version is one version of a ConfigMap: its mode and its pod.yaml; nil is none.
type version struct {
	mode, text string
	change     func(*corev1.ConfigMap)
}

const good = "metadata:\n  labels: {team: risk}\n"

func (v *version) raw(t *testing.T, namespace string) runtime.RawExtension {
	t.Helper()
	if v == nil {
		return runtime.RawExtension{}
	}
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "base"}, Data: map[string]string{"pod.yaml": v.text}}
	if v.mode != "" {
		cm.Labels = map[string]string{podtemplate.TemplateLabel: v.mode}
	}
	if v.change != nil {
		v.change(cm)
	}
	text, err := json.Marshal(cm)
	if err != nil {
		t.Fatal(err)
	}
	return runtime.RawExtension{Raw: text}
}

func write(t *testing.T, user, namespace string, before, after *version) admission.Request {
	t.Helper()
	operation := admissionv1.Update
	switch {
	case before == nil:
		operation = admissionv1.Create
	case after == nil:
		operation = admissionv1.Delete
	}
	return admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: operation, Namespace: namespace, Name: "base",
		Resource:  metav1.GroupVersionResource{Version: "v1", Resource: "configmaps"},
		UserInfo:  authenticationv1.UserInfo{Username: user, Groups: []string{"staff"}, UID: "17", Extra: map[string]authenticationv1.ExtraValue{"scopes": {"all"}}},
		OldObject: before.raw(t, namespace), Object: after.raw(t, namespace),
	}}
}

// R36: who may write which template, and what is refused whoever writes it.
func TestWhoMayWriteTemplates(t *testing.T) {
	named, other, plain := &version{mode: "named", text: good}, &version{mode: "named", text: "metadata:\n  labels: {team: ads}\n"}, &version{text: good}
	broken := &version{mode: "named", text: "spec:\n  containers:\n  - imagePulPolicy: Always\n"}
	for _, row := range []struct {
		rule          string
		user          string
		namespace     string
		before, after *version
		code          int32 // 0: allowed
		says          string
	}{
		{"who may create pods and write templates may", "lead", "team", nil, named, 0, ""},
		{"who may only create pods, as Spark's drivers do, may not", "spark", "team", nil, named, http.StatusForbidden, "spark may not write templates here: a template shapes other people's pods, and takes the right to write templates.swage.dev in namespace team"},
		{"who may only write templates may not", "reviewer", "team", nil, named, http.StatusForbidden, "create pods in namespace team"},
		{"who lacks both is told both", "stranger", "team", nil, named, http.StatusForbidden, "create pods in namespace team, and to write"},
		{"the system namespace takes pods in all namespaces", "lead", "system", nil, named, http.StatusForbidden, "create pods in all namespaces"},
		{"and who has that right may", "admin", "system", nil, named, 0, ""},
		{"another content is a write", "spark", "team", named, other, http.StatusForbidden, ""},
		{"the label added later makes a template", "spark", "team", plain, named, http.StatusForbidden, ""},
		{"the label taken away unmakes one", "spark", "team", named, plain, http.StatusForbidden, ""},
		{"and who may write may take it away, whatever is left", "lead", "team", named, &version{text: "not yaml: ["}, 0, ""},
		{"another mode is a write", "spark", "team", named, &version{mode: "enforced", text: good}, http.StatusForbidden, ""},
		{"another selector is a write", "spark", "team", named, &version{mode: "named", text: good, change: note(podtemplate.SelectAnnotation)}, http.StatusForbidden, ""},
		{"binary data is content", "spark", "team", named, &version{mode: "named", text: good, change: func(cm *corev1.ConfigMap) { cm.BinaryData = map[string][]byte{"a": {1}} }}, http.StatusForbidden, ""},
		{"what means nothing here may change", "spark", "team", named, &version{mode: "named", text: good, change: note("example.com/owner")}, 0, ""},
		{"a broken template may be touched too", "spark", "team", broken, &version{mode: "named", text: broken.text, change: note("example.com/owner")}, 0, ""},
		{"an owner that is given is a write: the collector deletes what has lost its owner", "spark", "team", named, &version{mode: "named", text: good, change: owners("gone")}, http.StatusForbidden, ""},
		{"a further owner too", "spark", "team", &version{mode: "named", text: good, change: owners("a")}, &version{mode: "named", text: good, change: owners("a", "gone")}, http.StatusForbidden, ""},
		{"nor may its owner get another name, under which the collector finds none", "spark", "team", &version{mode: "named", text: good, change: owners("a")}, &version{mode: "named", text: good, change: func(cm *corev1.ConfigMap) {
			owners("a")(cm)
			cm.OwnerReferences[0].Name = "gone"
		}}, http.StatusForbidden, ""},
		{"an owner that is taken away leaves it, as the collector does", cleaners[1], "team", &version{mode: "named", text: good, change: owners("a", "gone")}, &version{mode: "named", text: good, change: owners("a")}, 0, ""},
		{"what nobody could change any more is another", "spark", "team", named, &version{mode: "named", text: good, change: func(cm *corev1.ConfigMap) { cm.Immutable = new(true) }}, http.StatusForbidden, ""},
		{"a finalizer changes nothing", "spark", "team", named, &version{mode: "named", text: good, change: func(cm *corev1.ConfigMap) { cm.Finalizers = []string{"example.com/backup"} }}, 0, ""},
		{"deleting is a write", "spark", "team", named, nil, http.StatusForbidden, ""},
		{"who may write may delete", "lead", "team", named, nil, 0, ""},
		{"a namespace that ends keeps nothing", "spark", "ending", named, nil, 0, ""},
		{"but nobody writes in it for free", "spark", "ending", nil, named, http.StatusForbidden, ""},
		{"the namespace controller cleans up", cleaners[0], "team", named, nil, 0, ""},
		{"the garbage collector cleans up", cleaners[1], "team", named, nil, 0, ""},
		{"the namespace controller writes nothing", cleaners[0], "team", nil, named, http.StatusForbidden, ""},
		{"what does not load is refused, with its place", "lead", "team", nil, broken, http.StatusUnprocessableEntity, "team/base/pod.yaml:3: spec.containers[0]"},
		{"an unknown mode is refused", "lead", "team", nil, &version{mode: "sometimes", text: good}, http.StatusUnprocessableEntity, "expected default, named or enforced"},
		{"rights come first: who may not write learns nothing of the content", "spark", "team", nil, broken, http.StatusForbidden, ""},
		{"an ordinary ConfigMap is nobody's business", "stranger", "team", nil, plain, 0, ""},
		{"nor is a namespace out of reach", "stranger", "elsewhere", nil, named, 0, ""},
		{"what could not be asked is refused", "nobody knows", "team", nil, named, http.StatusInternalServerError, "the authorizer is away: try again"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			c, _ := checker(t, library{elsewhere: "elsewhere", ending: "ending"}, nil)
			got := c.Handle(t.Context(), write(t, row.user, row.namespace, row.before, row.after))
			if got.Allowed != (row.code == 0) || !got.Allowed && got.Result.Code != row.code {
				t.Fatalf("allowed %t: %+v", got.Allowed, got.Result)
			}
			if !got.Allowed && (!strings.Contains(got.Result.Message, row.says) || got.Result.Reason == "") {
				t.Errorf("%q does not say %q (reason %q)", got.Result.Message, row.says, got.Result.Reason)
			}
		})
	}
}

func owners(uids ...types.UID) func(*corev1.ConfigMap) {
	return func(cm *corev1.ConfigMap) {
		for _, uid := range uids {
			cm.OwnerReferences = append(cm.OwnerReferences, metav1.OwnerReference{APIVersion: "v1", Kind: "Pod", Name: string(uid), UID: uid})
		}
	}
}

func note(key string) func(*corev1.ConfigMap) {
	return func(cm *corev1.ConfigMap) { cm.Annotations = map[string]string{key: "team in (risk)"} }
}

// The API server is asked as the writer, with all that it knows of them.
func TestTheWriterIsAskedFor(t *testing.T) {
	var asked []authorizationv1.SubjectAccessReviewSpec
	c, _ := checker(t, library{}, &asked)
	c.Handle(t.Context(), write(t, "lead", "team", nil, &version{mode: "named", text: good}))
	if len(asked) != 2 {
		t.Fatalf("%d questions", len(asked))
	}
	for _, spec := range asked {
		if spec.User != "lead" || spec.UID != "17" || len(spec.Groups) != 1 || spec.Extra["scopes"][0] != "all" {
			t.Errorf("asked as %+v", spec)
		}
	}
}

// Before the templates have been read nothing can be judged.
func TestNotReadYet(t *testing.T) {
	c, _ := checker(t, library{notSynced: true}, nil)
	if got := c.Handle(t.Context(), write(t, "lead", "team", nil, &version{mode: "named", text: good})); got.Allowed || got.Result.Code != http.StatusServiceUnavailable {
		t.Errorf("%+v", got)
	}
}

// Warnings reach whoever wrote the template.
func TestWarnings(t *testing.T) {
	c, _ := checker(t, library{}, nil)
	empty := &version{mode: "named", change: func(cm *corev1.ConfigMap) { cm.Data = nil }}
	got := c.Handle(t.Context(), write(t, "lead", "team", nil, empty))
	if !got.Allowed || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "no entries") {
		t.Errorf("%+v", got)
	}
}

// What is no write of a ConfigMap is a wrong registration, and says so; no text of the request is repeated.
func TestOtherRequests(t *testing.T) {
	c, _ := checker(t, library{}, nil)
	pods := write(t, "lead", "team", nil, &version{mode: "named", text: good})
	pods.Resource.Resource = "pods"
	garbage := write(t, "lead", "team", nil, nil)
	garbage.Object.Raw = []byte(`{"data": "token"}`)
	for _, req := range []admission.Request{pods, garbage} {
		got := c.Handle(t.Context(), req)
		if got.Allowed || got.Result.Code != http.StatusBadRequest || strings.Contains(got.Result.Message, "token") {
			t.Errorf("%+v", got)
		}
	}
}

// A server restricted to one namespace needs no right in the cluster to ask.
func TestAskingWithinANamespace(t *testing.T) {
	client := fake.NewClientset()
	client.PrependReactor("create", "localsubjectaccessreviews", func(action clienttesting.Action) (bool, runtime.Object, error) {
		review := action.(clienttesting.CreateAction).GetObject().(*authorizationv1.LocalSubjectAccessReview)
		review.Status.Allowed = action.GetNamespace() == "team" && review.Namespace == "team"
		return true, review, nil
	})
	c, _ := checker(t, library{}, nil)
	c.opts.Ask, c.opts.SystemNamespace = Within(client.AuthorizationV1(), "team"), ""
	if got := c.Handle(t.Context(), write(t, "lead", "team", nil, &version{mode: "named", text: good})); !got.Allowed {
		t.Errorf("%+v", got.Result)
	}
}
