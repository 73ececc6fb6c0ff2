package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

// drivers also answers what a driver asks before it makes executors: for its
// own pod, and for lists and watches in which there never is anything.
type drivers struct {
	notes
	pod map[string]any
}

// ServeHTTP answers reads itself and leaves writes to the notes.
func (d *drivers) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet {
		d.notes.ServeHTTP(w, req)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	metadata, _ := d.pod["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	switch {
	case req.Header.Get("Upgrade") != "":
		w.WriteHeader(http.StatusOK) // no WebSockets here: the driver then watches without
	case req.URL.Query().Get("watch") == "true":
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-req.Context().Done()
	case strings.HasSuffix(req.URL.Path, "/pods/"+name):
		_ = json.NewEncoder(w).Encode(d.pod)
	default:
		_, _ = w.Write([]byte(`{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1"},"items":[]}`))
	}
}

// ready makes the driver's pod one that runs.
func ready(pod map[string]any) map[string]any {
	pod["status"] = map[string]any{
		"phase": "Running", "podIP": "127.0.0.1",
		"conditions": []any{map[string]any{"type": "Ready", "status": "True"}},
	}
	return pod
}
