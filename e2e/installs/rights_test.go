//go:build node

package installs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// seldom are rights that this cluster gives no occasion to use.
var seldom = map[string]string{
	"list":            "a watch of Kubernetes 1.34 and later brings what there is along; older API servers are asked for a list first",
	"get /namespaces": "only for a namespace of which the watch has not told yet: a matter of milliseconds",
}

// usesItsRights: with the rights that the chart granted, and no others, nothing
// was refused to the server; and each of them was used.
func (i installation) usesItsRights(t *testing.T) {
	t.Helper()
	i.writeATemplate(t)
	role, err := cluster.Client().RbacV1().Roles(i.namespace).Get(t.Context(), i.release+"-webhook", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	clusterRole, err := cluster.Client().RbacV1().ClusterRoles().Get(t.Context(), i.release+"-webhook", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	patience.Until(t, "the use of all rights", func() error {
		i.askForWhatIsNotThere(t)
		unused, err := cluster.Audit().Unused(i.account(), append(role.Rules, clusterRole.Rules...))
		unused = slices.DeleteFunc(unused, func(right string) bool {
			verb, _, _ := strings.Cut(right, " ")
			return seldom[verb] != "" || seldom[right] != ""
		})
		if err == nil && len(unused) > 0 {
			err = fmt.Errorf("not used: %s", strings.Join(unused, ", "))
		}
		return err
	})
	i.nothingRefused(t)
}

func (i installation) nothingRefused(t *testing.T) {
	t.Helper()
	refused, err := cluster.Audit().Refused(i.account())
	if err != nil || len(refused) > 0 {
		t.Errorf("the server has not the right to %v, %v", refused, err)
	}
}

// askForWhatIsNotThere makes a server tell of it by an Event, and count on that
// Event when it is asked again. One asking is not enough: each replica counts for
// itself, and API servers choose the replica.
func (i installation) askForWhatIsNotThere(t *testing.T) {
	t.Helper()
	orphan := swagetest.Executor("orphan", &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "gone", UID: "00000000-0000-0000-0000-000000000000"}})
	for _, pod := range []*corev1.Pod{orphan, swagetest.Asking(swagetest.Driver("d"), "absent")} {
		if _, err := cluster.Client().CoreV1().Pods(i.jobs).Create(t.Context(), pod, metav1.CreateOptions{}); err == nil {
			t.Errorf("%s was admitted", pod.Name)
		}
	}
}

func (i installation) writeATemplate(t *testing.T) {
	t.Helper()
	template := swagetest.TemplateMap(i.jobs, "written", podtemplate.Named, map[string]string{"pod.yaml": "spec: {}"})
	if _, err := cluster.Client().CoreV1().ConfigMaps(i.jobs).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Error(err)
	}
}
