package lifecycle_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// jobServer has one Job, in virtual time.
type jobServer struct {
	mu        sync.Mutex
	uid       string // "": it is gone
	lasts     int    // so many more reads after its deletion
	away      bool
	deadlines []int64
	deleted   metav1.DeleteOptions
}

func (j *jobServer) client() *apiserver.Server {
	return apiserver.New("http://h", &http.Client{Transport: j})
}

func (j *jobServer) RoundTrip(r *http.Request) (*http.Response, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.away {
		return nil, errors.New("connection refused")
	}
	if r.URL.Path != "/apis/batch/v1/namespaces/n/jobs/pyspark" || j.uid == "" {
		return answered(r, http.StatusNotFound, status(http.StatusNotFound, "NotFound", "gone"))
	}
	switch r.Method {
	case http.MethodPatch:
		var patch struct {
			Spec batchv1.JobSpec
		}
		_ = json.NewDecoder(r.Body).Decode(&patch)
		j.deadlines = append(j.deadlines, *patch.Spec.ActiveDeadlineSeconds)
	case http.MethodDelete:
		_ = json.NewDecoder(r.Body).Decode(&j.deleted)
	case http.MethodGet:
		if j.lasts--; j.lasts < 0 {
			j.uid = ""
		}
	}
	return answered(r, http.StatusOK, map[string]any{"kind": "Job", "apiVersion": "batch/v1", "metadata": map[string]any{"name": "pyspark", "uid": j.uid}})
}

func answered(r *http.Request, code int, what any) (*http.Response, error) {
	text, err := json.Marshal(what)
	return &http.Response{StatusCode: code, Request: r, Body: io.NopCloser(strings.NewReader(string(text)))}, err
}

func (j *jobServer) set(change func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change()
}

func (j *jobServer) told() []int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.deadlines)
}

// shellJob is a Job as it was stored, and the plan of a shell that may last some time.
func shellJob(t *testing.T, most time.Duration) (*batchv1.Job, *submitter.Objects) {
	t.Helper()
	line, err := commandline.Parse([]string{"--master", "k8s://h", "--conf", "spark.kubernetes.container.image=spark:4.1.2", "--conf", "spark.kubernetes.namespace=default"})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := submitter.Plan(submitter.Options{Line: line, Shell: &submitter.ShellOptions{Language: "python", MaxTime: most}})
	if err != nil {
		t.Fatal(err)
	}
	return &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "pyspark", UID: "1"}}, plan
}

// S25: where swage has died no end of a connection tells a shell at a terminal, so Kubernetes ends a Job that nobody keeps
// alive; one that is kept ends when its time is over.
func TestS25AShellIsKeptAliveWhileSomebodyIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &jobServer{uid: "1"}
		job, plan := shellJob(t, 4*time.Minute)
		done := make(chan struct{})
		go func() {
			defer close(done)
			lifecycle.KeepShell(t.Context(), server.client(), job, plan)
		}()
		time.Sleep(91 * time.Second)
		server.set(func() { server.away = true })
		time.Sleep(time.Minute)
		server.set(func() { server.away = false })
		time.Sleep(time.Minute)
		if got := server.told(); !slices.Equal(got, []int64{150, 180, 210, 240, 240}) {
			t.Errorf("got %d", got)
		}
		server.set(func() { server.uid = "" })
		<-done // there is nothing to keep any more
	})
}

// S25: the Job begins with the time of one lease, and what it needs belongs to it.
func TestS25TheFirstLease(t *testing.T) {
	for most, want := range map[time.Duration]int64{0: 120, time.Minute: 60} {
		fake := &fakeServer{}
		server := fake.start(t)
		_, plan := shellJob(t, most)
		if _, err := lifecycle.ApplyShell(t.Context(), server, plan); err != nil {
			t.Fatal(err)
		}
		objects, _ := fake.stored()
		job := objects["jobs/"+plan.Job.Name]
		if got := job["spec"].(map[string]any)["activeDeadlineSeconds"]; got != float64(want) {
			t.Errorf("at most %s: %v", most, got)
		}
		if len(objects) < 2 {
			t.Errorf("%d objects", len(objects))
		}
		for place, object := range objects {
			if place != "jobs/"+plan.Job.Name && ownerOf(object) != job["metadata"].(map[string]any)["uid"] {
				t.Errorf("%s belongs to %q", place, ownerOf(object))
			}
		}
	}
}

// S25: what belonged to a shell goes before its Job, which is awaited, but not for ever.
func TestS25Removal(t *testing.T) {
	for _, row := range []struct {
		rule  string
		lasts int
		wait  time.Duration
		gone  bool
	}{
		{"gone at once", 0, time.Minute, true},
		{"gone after some time", 10, time.Minute, true},
		{"longer than anybody waits", 1000, time.Minute, false},
		{"nobody waits", 1, 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &jobServer{uid: "1", lasts: row.lasts}
			job, _ := shellJob(t, 0)
			gone, err := lifecycle.RemoveJob(t.Context(), server.client(), job, row.wait)
			if err != nil || gone != row.gone {
				t.Errorf("%s: gone %t, %v", row.rule, gone, err)
			}
			if how := server.deleted; *how.PropagationPolicy != metav1.DeletePropagationForeground || *how.Preconditions.UID != "1" {
				t.Errorf("deleted by %+v", how)
			}
		})
	}
	job, _ := shellJob(t, 0)
	if gone, err := lifecycle.RemoveJob(t.Context(), (&jobServer{}).client(), job, time.Minute); !gone || err != nil {
		t.Errorf("what is gone already: %t, %v", gone, err)
	}
	if _, err := lifecycle.RemoveJob(t.Context(), (&jobServer{away: true}).client(), job, time.Minute); err == nil {
		t.Error("a server that does not answer is no success")
	}
}
