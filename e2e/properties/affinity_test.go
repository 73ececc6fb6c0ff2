package properties_test

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
)

var aboutNodeAffinity = generate.Options{About: map[string][]string{
	"PodSpec": {"PodSpec.affinity"}, "Affinity": {"Affinity.nodeAffinity"},
	"NodeAffinity": {"NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"},
}, Only: true, Most: 4}

// Required node affinity is AND: the shaped pod's matches a node exactly when
// the pod's own and each template's do, as the scheduler judges it (R22).
func TestRequiredNodeAffinityIsAnd(t *testing.T) {
	property(t, aboutNodeAffinity, func(c *trial) {
		result := c.shaped(c.either())
		shaped := reference.Read(result.Pod())["spec"]
		sides := c.specs(result)
		for _, node := range nodes() {
			want := true
			for _, side := range sides {
				want = want && c.matches(side, node)
			}
			if got := c.matches(shaped, node); got != want {
				c.fail("node %s %v: matches %t, want %t\npatch %s", node.Name, node.Labels, got, want, result.Patch())
			}
		}
	})
}

func (c *trial) matches(spec any, node *corev1.Node) bool {
	c.Helper()
	var parsed corev1.PodSpec
	if err := json.Unmarshal([]byte(text(spec)), &parsed); err != nil {
		c.fail("%v", err)
	}
	if parsed.Affinity == nil || parsed.Affinity.NodeAffinity == nil || parsed.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return true
	}
	selector, err := nodeaffinity.NewNodeSelector(parsed.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution)
	if err != nil {
		c.fail("%v", err)
	}
	return selector.Match(node)
}

func nodes() (all []*corev1.Node) {
	for _, name := range []string{"n0", "n1", "n2"} {
		for _, zone := range []string{"", "a", "b", "c"} {
			for _, disk := range []string{"", "ssd"} {
				for _, cpus := range []string{"", "2", "8"} {
					labels := map[string]string{}
					for key, value := range map[string]string{"zone": zone, "disk": disk, "cpus": cpus} {
						if value != "" {
							labels[key] = value
						}
					}
					all = append(all, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}})
				}
			}
		}
	}
	return all
}
