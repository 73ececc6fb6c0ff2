package submitter

import (
	corev1 "k8s.io/api/core/v1"
)

// place is where an executor's id is written into its pod, because the
// settings ask for it. One field says where; they can be kept as JSON.
type place struct {
	Annotation string `json:"annotation,omitempty"`
	Label      string `json:"label,omitempty"`
	Variable   *int   `json:"variable,omitempty"` // of the Spark container
	Volume     *int   `json:"volume,omitempty"`   // whose claim each executor has its own of
}

// fill writes the id.
func (p place) fill(pod *corev1.Pod, id string) {
	switch {
	case p.Annotation != "":
		pod.Annotations[p.Annotation] = withID(pod.Annotations[p.Annotation], id)
	case p.Label != "":
		pod.Labels[p.Label] = withID(pod.Labels[p.Label], id)
	case p.Variable != nil:
		variable := &sparks(pod).Env[*p.Variable]
		variable.Value = withID(variable.Value, id)
	case p.Volume != nil:
		claim := pod.Spec.Volumes[*p.Volume].PersistentVolumeClaim
		claim.ClaimName = withID(claim.ClaimName, id)
	}
}
