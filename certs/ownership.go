package certs

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// bundleOwners tells for each entry, by name, who owns its caBundle: the field
// managers that wrote the value that is there now. Whoever writes another value
// is the only owner from then on, so this tells what a replica of this server
// has written, of whatever source, from what somebody else has.
func bundleOwners(m *metav1.ObjectMeta) map[string][]string {
	owners := map[string][]string{}
	for _, f := range m.ManagedFields {
		if f.FieldsV1 == nil {
			continue
		}
		for name := range bundlesIn(f.FieldsV1.GetRawBytes()) {
			owners[name] = append(owners[name], f.Manager)
		}
	}
	return owners
}

// bundlesIn are the entries whose caBundle is among the fields.
func bundlesIn(fields []byte) map[string]bool {
	var set struct {
		Webhooks map[string]struct {
			Client map[string]json.RawMessage `json:"f:clientConfig"`
		} `json:"f:webhooks"`
	}
	found := map[string]bool{}
	if json.Unmarshal(fields, &set) != nil { // nobody but the API server writes these
		return found
	}
	for key, entry := range set.Webhooks {
		var id struct{ Name string }
		if _, ok := entry.Client["f:caBundle"]; ok && len(key) > 2 && json.Unmarshal([]byte(key[len("k:"):]), &id) == nil {
			found[id.Name] = true
		}
	}
	return found
}
