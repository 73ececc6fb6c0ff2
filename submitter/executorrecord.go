package submitter

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// What a driver whose executors are made by the submitter says about them, so
// that any process can go on making them. A driver without the first one has
// executors that are none of ours.
const (
	// ExecutorsAnnotation is how many executors there shall be. A swage that waits follows it.
	ExecutorsAnnotation = podtemplate.Domain + "executors"
	// ClaimedAnnotation is how many ordinals are taken: an id serves once in an application's life.
	ClaimedAnnotation = podtemplate.Domain + "executors-made"
	// RecordAnnotation is the ConfigMap with what executors are made of.
	RecordAnnotation = podtemplate.Domain + "executors-from"
)

// recordKey is the ConfigMap's only key.
const recordKey = "executors.json"

// executorRecord is Executors as JSON.
type executorRecord struct {
	Numbers   numbers                         `json:"numbers"`
	OwnClaims bool                            `json:"ownClaims,omitempty"`
	Pod       *corev1.Pod                     `json:"pod"`
	Claims    []*corev1.PersistentVolumeClaim `json:"claims,omitempty"`
	Places    []place                         `json:"places,omitempty"`
	// ShapedWith is the system namespace of the templates that shape them here,
	// before they are created. Nil: nobody shapes them here.
	ShapedWith *string `json:"shapedWith,omitempty"`
}

// recordExecutors keeps what executors are made of beside the driver, in a
// ConfigMap: it says no more than their pods will, and whoever may read the one may read the others.
func (b *build) recordExecutors() error {
	e := b.executors
	record := executorRecord{Numbers: e.numbers, OwnClaims: e.OwnClaims, Pod: e.pod, Claims: e.claims, Places: e.places}
	if templates := b.options.Templates; templates != nil {
		record.ShapedWith = new(templates.SystemNamespace())
	}
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("writing down what executors are made of: %w", err)
	}
	name := b.prefix + "-executors"
	b.ownConfigMap(name, map[string]string{recordKey: string(text)})
	b.owned[len(b.owned)-1].SetLabels(map[string]string{podtemplate.AppIDLabel: b.appID})
	count := strconv.Itoa(e.Count)
	b.pod.Annotations = merged(b.pod.Annotations, map[string]string{
		ExecutorsAnnotation: count, ClaimedAnnotation: count, RecordAnnotation: name,
	})
	return nil
}

var errNoRecord = errors.New("there is no pod in " + recordKey)

// ReadExecutors reads what a driver's executors are made of from the ConfigMap
// that its RecordAnnotation names. shapedWith is the system namespace of the
// templates that shape them before they are created, nil for none: they have to
// be read for Executors.Templates.
func ReadExecutors(record *corev1.ConfigMap) (e *Executors, shapedWith *string, err error) {
	var r executorRecord
	if err := json.Unmarshal([]byte(record.Data[recordKey]), &r); err != nil || r.Pod == nil || len(r.Pod.Spec.Containers) == 0 {
		return nil, nil, fmt.Errorf("the ConfigMap %s does not say what executors are made of: was it changed? (%w)", record.Name, errors.Join(err, errNoRecord))
	}
	return &Executors{By: BySubmitter, OwnClaims: r.OwnClaims, numbers: r.Numbers, pod: r.Pod, claims: r.Claims, places: r.Places}, r.ShapedWith, nil
}
