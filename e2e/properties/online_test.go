package properties_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"swage.dev/swage/e2e/properties"
	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/e2e/properties/server"
	"swage.dev/swage/podtemplate"
)

// onlineSample is how many cases go through the real API server: each costs a
// tenth of a second. They are the same ones every time.
const onlineSample = 150

// Rendered offline without anybody's defaults and created where no template is,
// or created through the real API server and the real webhook: the stored pod is
// the same. Where the server would take the pod alone, it takes what we made, or
// we said why not (R26).
func TestTheRealServerStoresWhatIsRenderedOffline(t *testing.T) {
	clusterObjects(t)
	draw := rapid.Custom(func(t *rapid.T) generate.Case {
		return generate.Draw(t, []string{server.Plain}, generate.Options{})
	})
	bare := realNamespace(t)
	compared, refused := 0, 0
	for seed := range onlineSample {
		o := online{T: t, c: draw.Example(seed), bare: bare}
		for i := range o.c.Templates {
			o.c.Templates[i].System = false // a template of the system namespace would reach every other test
		}
		switch o.run() {
		case sameStored:
			compared++
		case refusedAlike:
			refused++
		}
	}
	t.Logf("of %d cases %d were stored, alike; %d were refused, alike", onlineSample, compared, refused)
	if compared < onlineSample/4 || refused < 1 {
		t.Errorf("too few: %d stored, %d refused", compared, refused)
	}
}

// online is one case on the real API server.
type online struct {
	*testing.T
	c    generate.Case
	bare string // a namespace without templates
}

type ending int

const (
	noCase ending = iota // the server refuses the pod as it is
	sameStored
	refusedAlike
)

func (o online) run() ending {
	o.Helper()
	if _, err := o.create(o.bare, o.c.Raw()); err != nil || statesConstant(o.c.Pod) {
		return noCase
	}
	o.c.Namespace = realNamespace(o.T)
	expected := o.offline(o.c.Raw())
	o.templates()
	stored, err := o.create(o.c.Namespace, o.c.Raw())
	switch {
	case expected.Verdict.Denied():
		if err == nil || !strings.Contains(err.Error(), expected.Reason) {
			o.Errorf("%s\noffline: %s %s\nonline: %v", o.c, expected.Verdict, expected.Reason, err)
		}
		return refusedAlike
	case err != nil:
		o.mustBeExpected(err, expected)
		return noCase
	}
	offline, err := o.create(o.bare, expected.Pod())
	if err != nil {
		o.Errorf("%s\nthe server stores the pod online, and offline refuses: %v", o.c, err)
		return noCase
	}
	if found := differences("", o.comparable(stored), o.comparable(offline)); len(found) > 0 {
		o.Errorf("%s\nonline, but offline:\n%s", o.c, strings.Join(found, "\n"))
	}
	return sameStored
}

// mustBeExpected: the server refuses the shaped pod and took it unshaped. That
// may be a template's own mistake, or a rule that we say we do not check.
func (o online) mustBeExpected(refusal error, expected *podtemplate.Result) {
	o.Helper()
	var status apierrors.APIStatus
	if !errors.As(refusal, &status) || status.Status().Details == nil {
		o.Fatalf("%s\nno answer: %v", o.c, refusal)
	}
	judge, err := ordinary()
	if err != nil {
		o.Fatal(err)
	}
	found, err := mistakes(o.c, reference.Selected(o.c, expected.Templates), judge)
	if err != nil {
		o.Fatal(err)
	}
	causes := status.Status().Details.Causes
	if len(causes) == 0 {
		causes = []metav1.StatusCause{{Message: refusal.Error(), Field: "spec"}} // a plugin's
	}
	for _, cause := range causes {
		if properties.Known(cause.Message, false) == nil && !explained(found, cause.Field, cause.Message) {
			o.Errorf("%s\nthe server refuses what we made: %s: %s", o.c, cause.Field, cause.Message)
		}
	}
}

func (o online) offline(raw []byte) *podtemplate.Result {
	o.Helper()
	req, err := o.c.Request(raw)
	if err != nil {
		o.Fatal(err)
	}
	result := podtemplate.NewShaper(podtemplate.Options{}).Shape(req)
	return &result
}

// create is a dry run: the answer is what would be stored.
func (o online) create(namespace string, raw []byte) (map[string]any, error) {
	o.Helper()
	var pod corev1.Pod
	if err := json.Unmarshal(raw, &pod); err != nil {
		o.Fatal(err)
	}
	pod.Namespace = ""
	made, err := real.DryRun(o.T, namespace, &pod)
	if err != nil {
		return nil, err
	}
	return reference.Read([]byte(text(made))), nil
}

// comparable leaves out what is of the namespace and of the moment.
func (o online) comparable(pod map[string]any) any {
	meta := pod["metadata"].(map[string]any)
	for _, name := range []string{"namespace", "uid", "creationTimestamp", "generation"} {
		delete(meta, name)
	}
	if annotations, ok := meta["annotations"].(map[string]any); ok {
		delete(annotations, podtemplate.ShapedAnnotation)
		if len(annotations) == 0 {
			delete(meta, "annotations")
		}
	}
	return comparable([]byte(text(pod)))
}

// templates creates the case's templates and waits until the webhook has them:
// a pod with the same labels, which says nothing else, is answered as it will be.
func (o online) templates() {
	o.Helper()
	for _, tpl := range o.c.Templates {
		if _, err := real.Client().CoreV1().ConfigMaps(o.c.Namespace).Create(o.Context(), tpl.ConfigMap(o.c.Namespace), metav1.CreateOptions{}); err != nil {
			o.Fatal(err)
		}
	}
	probe := generate.Object{"metadata": o.c.Pod["metadata"], "spec": generate.Object{"restartPolicy": "Never", "containers": []any{
		generate.Object{"name": "spark-kubernetes-" + string(o.c.Role), "image": "spark:4"},
	}}}
	want := o.offline([]byte(text(probe)))
	real.Await(o.T, "the templates of\n"+o.c.String(), func() error {
		made, err := o.create(o.c.Namespace, []byte(text(probe)))
		switch {
		case want.Verdict.Denied() && (err == nil || !strings.Contains(err.Error(), want.Reason)):
			return fmt.Errorf("got %w, want %s", err, want.Reason)
		case want.Verdict.Denied() || err != nil && !strings.Contains(err.Error(), "admission webhook"):
			return nil // the server itself refuses what the webhook made
		case err != nil:
			return err
		}
		annotations, _ := made["metadata"].(map[string]any)["annotations"].(map[string]any)
		if got, _ := annotations[podtemplate.ShapedAnnotation].(string); got != want.ShapedValue() {
			return fmt.Errorf("shaped by %q, want %q", got, want.ShapedValue())
		}
		return nil
	})
}

func realNamespace(t *testing.T) string {
	t.Helper()
	namespace := real.Namespace(t)
	for _, account := range server.ServiceAccounts(namespace) {
		if account.Name == "default" {
			continue
		}
		if _, err := real.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return namespace
}

func clusterObjects(t *testing.T) {
	t.Helper()
	for _, class := range (server.Cluster{}).PriorityClasses() {
		if _, err := real.Client().SchedulingV1().PriorityClasses().Create(t.Context(), class, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, class := range server.RuntimeClasses() {
		if _, err := real.Client().NodeV1().RuntimeClasses().Create(t.Context(), class, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}
