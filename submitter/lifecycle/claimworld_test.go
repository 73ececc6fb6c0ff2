package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// claimWorld is a cluster with a claim, a Job controller, and a node on which a pod runs after a second and takes what is sent.
type claimWorld struct {
	*world
	lacks  string                       // a right, as VERB RESOURCE
	dry    func(path string) (code int) // refuses a dry run
	shapes func(pod tree)               // what a webhook makes of a dry run's pod

	noPod  string // why the Job controller makes none
	never  bool   // the container does not run
	exits  int
	says   string
	breaks int64 // the connection does, after so many bytes; 0: never
	mute   bool  // nobody hears of the container's end
	got    int64
	asked  []string // for a dry run
}

func newClaimWorld() *claimWorld {
	w := &claimWorld{world: newWorld()}
	w.put("persistentvolumeclaims/files", tree{"metadata": tree{"name": "files"}, "spec": tree{"accessModes": []any{"ReadWriteOnce"}}})
	return w
}

func (w *claimWorld) server() *apiserver.Server {
	return apiserver.New("http://h", &http.Client{Transport: w})
}

func (w *claimWorld) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.Path, "/namespaces/default/")
	switch {
	case strings.HasSuffix(r.URL.Path, "selfsubjectaccessreviews"):
		var review struct {
			Spec struct {
				ResourceAttributes struct{ Verb, Resource, Subresource string }
			}
		}
		_ = json.NewDecoder(r.Body).Decode(&review)
		a := review.Spec.ResourceAttributes
		return reply(r, http.StatusCreated, tree{"status": tree{"allowed": a.Verb+" "+strings.TrimSuffix(a.Resource+"/"+a.Subresource, "/") != w.lacks}}), nil
	case r.URL.Query().Get("dryRun") != "":
		var sent tree
		_ = json.NewDecoder(r.Body).Decode(&sent)
		w.asked = append(w.asked, path)
		if w.dry != nil && w.dry(path) != 0 {
			return reply(r, w.dry(path), status(w.dry(path), strings.ReplaceAll(http.StatusText(w.dry(path)), " ", ""), "the test refuses it")), nil
		}
		if path == "pods" && w.shapes != nil {
			w.shapes(sent)
		}
		return reply(r, http.StatusCreated, sent), nil
	}
	response, err := w.world.RoundTrip(r)
	if r.Method == http.MethodPost && path == "jobs" && response.StatusCode == http.StatusCreated {
		go w.control()
	}
	return response, err
}

func reply(r *http.Request, code int, answer any) *http.Response {
	text, _ := json.Marshal(answer)
	return &http.Response{StatusCode: code, Request: r, Body: io.NopCloser(strings.NewReader(string(text)))}
}

func (w *claimWorld) state() tree {
	if w.never {
		return tree{"phase": "Pending", "conditions": []any{tree{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no node"}}}
	}
	return tree{"phase": "Running", "containerStatuses": []any{tree{"name": submitter.StageContainer, "state": tree{"running": tree{}}}}}
}

func (w *claimWorld) attach(_ context.Context, pod *corev1.Pod, container string, input io.Reader) error {
	if pod.Name != "stage-x" || container != submitter.StageContainer {
		return errors.New("attached to something else")
	}
	if w.breaks > 0 {
		w.got, _ = io.CopyN(io.Discard, input, w.breaks)
		return errors.New("the connection was lost")
	}
	w.got, _ = io.Copy(io.Discard, input)
	if w.mute {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := copied(w.objects["pods/stage-x"])
	changed["status"] = tree{"phase": "Succeeded", "containerStatuses": []any{tree{
		"name": submitter.StageContainer, "state": tree{"terminated": tree{"exitCode": w.exits, "message": w.says}},
	}}}
	w.put("pods/stage-x", changed)
	return nil
}

// left is what there is besides the claim and events.
func (w *claimWorld) left() (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for path := range w.objects {
		if path != "persistentvolumeclaims/files" && path != "events/e" {
			all = append(all, path)
		}
	}
	return all
}

var jar = fstest.MapFS{"opt/app.jar": {Data: make([]byte, 900_001)}}

func claimPlan(t *testing.T, job *submitter.JobOptions) *submitter.Objects {
	t.Helper()
	return submittertest.Request{
		Version: "4.1.2", Args: []string{"--name", "pi", "--jars", "/opt/app.jar"}, Files: jar, Job: job, StageTo: "pvc/files",
	}.Must(t)
}

func stageTo(t *testing.T, w *claimWorld, objects *submitter.Objects, o lifecycle.StageOptions) (func(error) error, error) {
	t.Helper()
	o.Files, o.Attach = jar, w.attach
	return lifecycle.StageToClaim(t.Context(), w.server(), objects, o)
}
