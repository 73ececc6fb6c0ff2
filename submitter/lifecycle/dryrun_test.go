package lifecycle_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// A server's dry run asks for each object, in the order in which they can be
// created, and prints what comes back.
func TestDryRunByTheServer(t *testing.T) {
	var asked []string
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("dryRun") || r.Method != http.MethodPost {
			t.Errorf("%s %s is no dry run", r.Method, r.URL)
		}
		asked = append(asked, r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"kind":"K","apiVersion":"v1","metadata":{"name":"n","managedFields":[{}]},"new":1}`))
	}))
	t.Cleanup(listening.Close)
	stored, err := lifecycle.DryRun(t.Context(), apiserver.New(listening.URL, listening.Client()), grouped(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := "podgroups services networkpolicies configmaps pods"; strings.Join(asked, " ") != want || len(stored) != len(asked) {
		t.Errorf("asked for %q, got %d", asked, len(stored))
	}
	for _, o := range stored {
		if o.GetName() != "n" || o.GetManagedFields() != nil {
			t.Errorf("got %v", o)
		}
	}
}

// What the server would refuse is the run's error.
func TestDryRunRefused(t *testing.T) {
	f := fakeServer{refuse: func(string) int { return http.StatusForbidden }}
	if _, err := lifecycle.DryRun(t.Context(), f.start(t), rich(t)); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "Service") {
		t.Errorf("got %v", err)
	}
}

// The server's warnings, and those of webhooks, reach whoever asks for them, with a refusal too.
func TestWarningsOfTheServer(t *testing.T) {
	code := http.StatusCreated
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Warning", `299 - "template a: \"x\" is ignored"`)
		w.Header().Add("Warning", `299 - "another"`)
		w.Header().Add("Warning", `not a warning`)
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(listening.Close)
	server := apiserver.New(listening.URL, listening.Client())
	var lock sync.Mutex
	told := map[string]int{}
	server.Warned = func(text string) {
		lock.Lock()
		defer lock.Unlock()
		told[text]++
	}
	objects := rich(t)
	if _, err := lifecycle.DryRun(t.Context(), server, objects); err != nil {
		t.Fatal(err)
	}
	if n := len(objects.All()); len(told) != 2 || told[`template a: "x" is ignored`] != n || told["another"] != n {
		t.Errorf("got %v", told)
	}
	clear(told)
	code = http.StatusForbidden
	if _, err := lifecycle.DryRun(t.Context(), server, objects); err == nil || len(told) != 2 {
		t.Errorf("got %v, %v", err, told)
	}
}

// In a dry run executors have no driver: they ask for its templates themselves,
// and what is shown does not.
func TestDryRunOfExecutorsThatInherit(t *testing.T) {
	asked := map[string]int{}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.HasSuffix(r.URL.Path, "/pods") && strings.Contains(string(body), `"swage.dev/templates":"a,b"`) {
			asked[r.URL.Path]++
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body)
	}))
	t.Cleanup(listening.Close)
	r := submittertest.Request{Executors: submitter.BySubmitter, Version: "4.1.2", Args: []string{"--num-executors", "2", "--conf", "spark.kubernetes.driver.annotation.swage.dev/templates=a,b"}}
	stored, err := lifecycle.DryRun(t.Context(), apiserver.New(listening.URL, listening.Client()), r.Must(t))
	if err != nil || asked["/api/v1/namespaces/default/pods"] != 3 {
		t.Fatalf("%v, asked %v", err, asked)
	}
	for _, o := range stored {
		_, asks := o.GetAnnotations()["swage.dev/templates"]
		if driver := o.GetLabels()["spark-role"] == "driver"; asks != driver {
			t.Errorf("%s: its own annotation: %t", o.GetName(), asks)
		}
	}
}
