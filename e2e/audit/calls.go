package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The keys under which the API server notes its calls of mutating webhooks,
// from k8s.io/apiserver/pkg/admission/plugin/webhook/mutating.
const (
	mutationPrefix   = "mutation.webhook.admission.k8s.io/"
	patchPrefix      = "patch.webhook.admission.k8s.io/"
	failedOpenPrefix = "failed-open." + mutationPrefix
)

// Call is one call of a mutating webhook within a request.
type Call struct {
	// Round is 0 for the first pass over all webhooks and 1 when the server
	// called this one again, because a later one changed the object.
	Round int
	// Index is the call's place within the round.
	Index         int
	Configuration string
	Webhook       string
	// Mutated says that the server found the object changed.
	Mutated bool
	// Patch is the JSON patch the server applied. nil: none.
	Patch json.RawMessage
	// FailedOpen says that the call failed and the server went on without it.
	FailedOpen bool
}

// Calls lists the calls of mutating webhooks in the order they were made.
func (e *Event) Calls() ([]Call, error) {
	var calls []Call
	for key, value := range e.Annotations {
		place, found := strings.CutPrefix(key, mutationPrefix)
		if !found {
			continue
		}
		call, err := e.call(place, value)
		if err != nil {
			return nil, fmt.Errorf("audit annotation %s: %w", key, err)
		}
		calls = append(calls, call)
	}
	slices.SortFunc(calls, func(a, b Call) int {
		return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.Index, b.Index))
	})
	return calls, nil
}

// call puts together what the annotations of one place say, such as
// round_0_index_1.
func (e *Event) call(place, mutation string) (Call, error) {
	var call Call
	if _, err := fmt.Sscanf(place, "round_%d_index_%d", &call.Round, &call.Index); err != nil {
		return call, err
	}
	if err := json.Unmarshal([]byte(mutation), &call); err != nil {
		return call, err
	}
	if patch, found := e.Annotations[patchPrefix+place]; found {
		if err := json.Unmarshal([]byte(patch), &call); err != nil {
			return call, err
		}
	}
	_, call.FailedOpen = e.Annotations[failedOpenPrefix+place]
	return call, nil
}

// Sent is the audit annotations a webhook sent with its answers, without its
// name, which the server puts before each key. The server keeps the first value
// of a key and drops what later rounds say.
func (e *Event) Sent(webhook string) map[string]string {
	sent := map[string]string{}
	for key, value := range e.Annotations {
		if own, found := strings.CutPrefix(key, webhook+"/"); found {
			sent[own] = value
		}
	}
	return sent
}
