package properties_test

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"
	scheduling "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
)

// Whatever the pod or a template tolerates, the shaped pod tolerates (R21).
func TestTheShapedPodToleratesWhatEitherDid(t *testing.T) {
	property(t, generate.Options{About: map[string][]string{"PodSpec": {"PodSpec.tolerations"}}}, func(c *trial) {
		result := c.shaped(c.either())
		merged := tolerations(c, reference.Read(result.Pod())["spec"])
		for _, spec := range c.specs(result) {
			stated := tolerations(c, spec)
			for _, taint := range taints() {
				if tolerates(stated, taint) && !tolerates(merged, taint) {
					c.fail("%v is tolerated by %v and not any more by %v", taint, stated, merged)
				}
			}
		}
	})
}

func tolerates(tolerations []corev1.Toleration, taint corev1.Taint) bool {
	return scheduling.TolerationsTolerateTaint(klog.Background(), tolerations, &taint, true)
}

func tolerations(c *trial, spec any) (found []corev1.Toleration) {
	c.Helper()
	object, _ := spec.(map[string]any)
	if err := json.Unmarshal([]byte(text(object["tolerations"])), &found); err != nil {
		c.fail("%v", err)
	}
	return found
}

func taints() (all []corev1.Taint) {
	for _, key := range []string{"k0", "mesh", "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"} {
		for _, value := range []string{"", "a", "b"} {
			for _, effect := range []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute} {
				all = append(all, corev1.Taint{Key: key, Value: value, Effect: effect})
			}
		}
	}
	return all
}
