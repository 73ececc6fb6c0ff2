package lifecycle_test

import (
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

func TestLogsAskForWhatIsWanted(t *testing.T) {
	pod := sparkPod("driver", "d")
	for _, row := range []struct {
		rule  string
		o     lifecycle.LogOptions
		query string
	}{
		{"all of the Spark container's", lifecycle.LogOptions{}, "container=spark-kubernetes-driver"},
		{"another container's", lifecycle.LogOptions{Container: "side"}, "container=side"},
		{"a part", lifecycle.LogOptions{Tail: 5, Since: 90 * time.Second}, "container=spark-kubernetes-driver&sinceSeconds=90&tailLines=5"},
		{"what comes, or came before", lifecycle.LogOptions{Follow: true, Previous: true, Timestamps: true}, "container=spark-kubernetes-driver&follow=true&previous=true&timestamps=true"},
	} {
		a := &answers{fixed: map[string]string{"GET pods/d/log?" + row.query: "line\n"}}
		body, err := lifecycle.Logs(t.Context(), a.server(), pod, row.o)
		if err != nil {
			t.Errorf("%s: %v", row.rule, err)
			continue
		}
		if text, err := io.ReadAll(body); err != nil || string(text) != "line\n" {
			t.Errorf("%s: got %q, %v", row.rule, text, err)
		}
		body.Close()
	}
}

// Whoever follows a log waits for its container, and is told why; a pod that will never start is not waited for.
func TestAwaitStart(t *testing.T) {
	pending := `{"phase":"Pending","containerStatuses":[{"name":"x","image":"i","state":{"waiting":{"reason":"ErrImagePull"}}}]}`
	started := `{"phase":"Pending","containerStatuses":[{"name":"spark-kubernetes-driver","state":{"running":{}}}]}`
	for _, row := range []struct {
		rule  string
		steps []string
		told  []string
	}{
		{"its container runs beside others that do not", []string{"GET: " + waitedPod(pending), "WATCH: " + event("MODIFIED", pending) + event("MODIFIED", started)}, []string{"ErrImagePull, container x, image i"}},
		{"it runs already", []string{"GET: " + waitedPod(`{"phase":"Running"}`)}, nil},
		{"it failed", []string{"GET: " + waitedPod(`{"phase":"Failed"}`)}, nil},
		{"it is gone", []string{"GET 404: NotFound"}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			pod := waitedDriver()
			pod.Spec.Containers = []corev1.Container{{Name: "spark-kubernetes-driver"}}
			s := &script{t: t, steps: row.steps}
			var told []string
			err := lifecycle.AwaitStart(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), pod, func(why string) { told = append(told, why) })
			if err != nil || !slices.Equal(told, row.told) || len(s.steps) != 0 {
				t.Errorf("%s: told %q, %v, %d steps left", row.rule, told, err, len(s.steps))
			}
		})
	}
}
