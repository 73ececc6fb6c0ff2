package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// notes is an API server that stores nothing but what it was sent.
type notes struct {
	mu      sync.Mutex
	objects []map[string]any // in the order of their creation
}

// ServeHTTP answers a create or an apply with the object itself.
func (n *notes) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if req.Method != http.MethodPost && req.Method != http.MethodPatch {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`)
		return
	}
	body, err := io.ReadAll(req.Body)
	object := map[string]any{}
	if err == nil {
		err = yaml.Unmarshal(body, &object)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n.keep(object)
	metadata, _ := object["metadata"].(map[string]any)
	metadata["uid"] = "00000000-0000-0000-0000-000000000001"
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(object)
}

func (n *notes) keep(object map[string]any) {
	text, err := yaml.Marshal(object)
	if err != nil {
		panic(err) // it was decoded a moment ago
	}
	var sent map[string]any
	_ = yaml.Unmarshal(text, &sent)
	n.mu.Lock()
	defer n.mu.Unlock()
	same := func(o map[string]any) bool { return identity(o) == identity(sent) }
	n.objects = append(slices.DeleteFunc(n.objects, same), sent)
}

func identity(o map[string]any) string {
	metadata, _ := o["metadata"].(map[string]any)
	return fmt.Sprint(o["kind"], metadata["name"])
}

func (n *notes) yaml() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all bytes.Buffer
	for i, o := range n.objects {
		if i > 0 {
			all.WriteString("---\n")
		}
		text, _ := yaml.Marshal(o)
		all.WriteString(strings.TrimPrefix(string(text), "\n"))
	}
	return all.Bytes()
}

// find is the first object of a kind whose name contains a part.
func (n *notes) find(kind, part string) map[string]any {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, o := range n.objects {
		metadata, _ := o["metadata"].(map[string]any)
		if name, _ := metadata["name"].(string); o["kind"] == kind && strings.Contains(name, part) {
			return o
		}
	}
	return nil
}

// count is how many pods there are, and how many objects.
func (n *notes) count() (pods, all int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, o := range n.objects {
		if o["kind"] == "Pod" {
			pods++
		}
	}
	return pods, len(n.objects)
}
