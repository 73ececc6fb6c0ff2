package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// slowly is an application whose watch tells of states with minutes between them.
type slowly struct {
	answers
	first []*corev1.Pod
	later []*corev1.Pod
	every time.Duration
}

func (s *slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	var text []byte
	switch {
	case r.URL.Query().Get("watch") != "":
		reader, writer := io.Pipe()
		go s.tell(writer)
		return &http.Response{StatusCode: http.StatusOK, Body: reader, Request: r}, nil
	case strings.HasSuffix(r.URL.Path, "/pods"):
		list := corev1.PodList{}
		for _, pod := range s.first {
			list.Items = append(list.Items, *pod)
		}
		text, _ = json.Marshal(list)
	default:
		return s.answers.RoundTrip(r)
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(text))), Request: r}, nil
}

func (s *slowly) tell(writer *io.PipeWriter) {
	for _, pod := range s.later {
		time.Sleep(s.every)
		text, _ := json.Marshal(pod)
		fmt.Fprintf(writer, `{"type":"MODIFIED","object":%s}`, text)
	}
	writer.Close()
}

func (s *slowly) troubles(t *testing.T) (told []lifecycle.Trouble, took time.Duration) {
	t.Helper()
	begin := time.Now()
	server := apiserver.New("http://h", &http.Client{Transport: s})
	_, err := lifecycle.Wait(t.Context(), server, s.first[0], lifecycle.WaitOptions{Trouble: func(trouble lifecycle.Trouble) { told = append(told, trouble) }})
	if err != nil {
		t.Fatal(err)
	}
	return told, time.Since(begin)
}

func inPhase(pod *corev1.Pod, phase corev1.PodPhase, edit func(*corev1.PodStatus)) *corev1.Pod {
	pod = pod.DeepCopy()
	pod.Status = corev1.PodStatus{Phase: phase}
	if edit != nil {
		edit(&pod.Status)
	}
	return pod
}

func waitsFor(reason, message string) func(*corev1.PodStatus) {
	return func(s *corev1.PodStatus) {
		s.ContainerStatuses = []corev1.ContainerStatus{{Name: "c", Image: "spark:none", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}}}
	}
}

func notScheduled(reason, message string) func(*corev1.PodStatus) {
	return func(s *corev1.PodStatus) {
		s.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: reason, Message: message}}
	}
}

// What keeps a pod from starting is told once, with the words of whoever knows, and waiting goes on until the end.
func TestTroubleIsToldOnceWithItsCause(t *testing.T) {
	driver := sparkPod("driver", "d")
	for _, row := range []struct {
		rule   string
		states []*corev1.Pod
		want   []string
	}{
		{"no image: two words of the kubelet for one cause", []*corev1.Pod{
			inPhase(driver, "Pending", waitsFor("ErrImagePull", "not found")), inPhase(driver, "Pending", waitsFor("ImagePullBackOff", "Back-off")), inPhase(driver, "Pending", waitsFor("ErrImagePull", "not found")),
		}, []string{"Image ErrImagePull, container c, image spark:none: not found"}},
		{"a name that is none", []*corev1.Pod{inPhase(driver, "Pending", waitsFor("InvalidImageName", "bad"))}, []string{"Image InvalidImageName, container c, image spark:none: bad"}},
		{"a Secret that is not there", []*corev1.Pod{inPhase(driver, "Pending", waitsFor("CreateContainerConfigError", `secret "s" not found`))}, []string{`Configuration CreateContainerConfigError, container c: secret "s" not found`}},
		{"no node, in the scheduler's words, whatever it says later", []*corev1.Pod{
			inPhase(driver, "Pending", notScheduled("Unschedulable", "0/3 nodes are available: 3 Insufficient cpu.")), inPhase(driver, "Pending", notScheduled("Unschedulable", "0/4 nodes")),
		}, []string{"Unschedulable Unschedulable: 0/3 nodes are available: 3 Insufficient cpu."}},
		{"first no node, then no image", []*corev1.Pod{
			inPhase(driver, "Pending", notScheduled("Unschedulable", "0/3")), inPhase(driver, "Pending", waitsFor("ErrImagePull", "not found")),
		}, []string{"Unschedulable Unschedulable: 0/3", "Image ErrImagePull, container c, image spark:none: not found"}},
		{"a container that is being made is no trouble", []*corev1.Pod{inPhase(driver, "Pending", waitsFor("ContainerCreating", ""))}, nil},
		{"nor is a gate that is gone, although the scheduler has not said so yet", []*corev1.Pod{inPhase(driver, "Pending", notScheduled("SchedulingGated", "Scheduling is blocked"))}, nil},
		{"nor is what a running pod waits for", []*corev1.Pod{inPhase(driver, "Running", waitsFor("ErrImagePull", "of a sidecar"))}, nil},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &slowly{first: row.states[:1], later: append(row.states[1:], inPhase(driver, "Succeeded", nil)), every: time.Minute}
				told, took := s.troubles(t)
				var got []string
				for _, trouble := range told {
					got = append(got, string(trouble.Kind)+" "+trouble.Message)
				}
				if fmt.Sprint(got) != fmt.Sprint(row.want) || took < time.Minute {
					t.Errorf("after %s got %q", took, got)
				}
			})
		})
	}
}

// What passes by itself within a moment is not told: an executor's claim is made after its pod.
func TestTroubleOfAMomentIsNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		driver := sparkPod("driver", "d")
		s := &slowly{first: []*corev1.Pod{inPhase(driver, "Pending", notScheduled("Unschedulable", "no claim"))}, every: 1500 * time.Millisecond}
		s.later = []*corev1.Pod{inPhase(driver, "Running", nil), inPhase(driver, "Succeeded", nil)}
		if told, _ := s.troubles(t); len(told) != 0 {
			t.Errorf("got %v", told)
		}
	})
}

// A volume that cannot be mounted is in no status: events tell.
func TestTroubleFromEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		driver := sparkPod("driver", "d")
		driver.Spec.NodeName = "node"
		s := &slowly{first: []*corev1.Pod{inPhase(driver, "Pending", waitsFor("ContainerCreating", ""))}, later: []*corev1.Pod{inPhase(driver, "Succeeded", nil)}, every: time.Hour}
		s.fixed = map[string]string{"GET events?fieldSelector=involvedObject.uid%3Du": `{"items":[
			{"reason":"Scheduled","message":"assigned","involvedObject":{"uid":"u"}},
			{"reason":"FailedMount","message":"configmap \"x\" not found","involvedObject":{"uid":"u"}}]}`}
		told, _ := s.troubles(t)
		if len(told) != 1 || told[0].Kind != lifecycle.Volume || told[0].Message != `FailedMount: configmap "x" not found` {
			t.Errorf("got %v", told)
		}
		if len(s.calls) != 2 {
			t.Errorf("events were read %d times", len(s.calls))
		}
	})
}

// An event tells of what may have passed: it is the one that stays the latest which is told.
func TestTroubleOfAMomentInEventsIsNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		driver := sparkPod("driver", "d")
		driver.Spec.NodeName = "node"
		s := &slowly{first: []*corev1.Pod{inPhase(driver, "Pending", waitsFor("ContainerCreating", ""))}, later: []*corev1.Pod{inPhase(driver, "Succeeded", nil)}, every: time.Hour}
		const passed = `{"reason":"FailedMount","message":"failed to sync configmap cache","involvedObject":{"uid":"u"}}`
		const stays = `{"reason":"FailedMount","message":"configmap \"x\" not found","involvedObject":{"uid":"u"}}`
		const call = "GET events?fieldSelector=involvedObject.uid%3Du"
		s.fixed = map[string]string{call: `{"items":[` + passed + `]}`}
		go func() {
			time.Sleep(8 * time.Second) // between the first reading and the second
			s.answers.mu.Lock()
			defer s.answers.mu.Unlock()
			s.fixed[call] = `{"items":[` + passed + `,` + stays + `]}`
		}()
		told, _ := s.troubles(t)
		if len(told) != 1 || told[0].Message != `FailedMount: configmap "x" not found` {
			t.Errorf("got %v", told)
		}
	})
}

// Executors that the driver may not make are in no object: its log tells.
func TestDeniedExecutorsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		driver := sparkPod("driver", "d")
		s := &slowly{first: []*corev1.Pod{inPhase(driver, "Running", nil)}, later: []*corev1.Pod{inPhase(driver, "Succeeded", nil)}, every: time.Hour}
		s.fixed = map[string]string{"GET pods/d/log": "io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: https://h/api/v1/namespaces/n/pods. Message: pods is forbidden: no right. Received status: Status(...)\n"}
		told, _ := s.troubles(t)
		if len(told) != 1 || told[0].Kind != lifecycle.Denied || !strings.HasSuffix(told[0].Message, "pods is forbidden: no right.") {
			t.Errorf("got %v", told)
		}
		s.fixed, s.calls = nil, nil
		if told, _ := s.troubles(t); len(told) != 0 || len(s.calls) != 6 {
			t.Errorf("got %v; the log was read %d times in an hour", told, len(s.calls))
		}
	})
}

// Executors that failed are counted by their reasons, although the driver deletes them; those that it needs no more are no loss.
func TestWaitCountsLostExecutors(t *testing.T) {
	executor := func(uid, status string) string {
		return fmt.Sprintf(`{"metadata":{"name":%[1]q,"namespace":"n","uid":%[1]q,"labels":{"spark-app-selector":"spark-1","spark-role":"executor"}},"spec":{"containers":[{"name":"x"}]},"status":%s}`, uid, status)
	}
	ended := func(code int, reason string) string {
		return fmt.Sprintf(`{"phase":"Failed","containerStatuses":[{"name":"x","state":{"terminated":{"exitCode":%d,"reason":%q}}}]}`, code, reason)
	}
	_, outcome, err := follow(t,
		podList(labelled("d", "driver", "Running")),
		"WATCH: "+podEvent("ADDED", executor("1", ended(137, "OOMKilled")))+podEvent("DELETED", executor("1", ended(137, "OOMKilled")))+
			podEvent("ADDED", executor("2", ended(137, "OOMKilled")))+podEvent("ADDED", executor("3", ended(52, "Error")))+
			podEvent("ADDED", executor("4", `{"phase":"Running","conditions":[{"type":"DisruptionTarget","status":"True","reason":"EvictionByEvictionAPI"}]}`))+
			podEvent("ADDED", executor("5", `{"phase":"Running"}`))+podEvent("DELETED", executor("5", `{"phase":"Running"}`))+
			podEvent("ADDED", executor("6", ended(0, "Completed")))+
			podEvent("MODIFIED", labelled("d", "driver", "Failed")))
	if err != nil || fmt.Sprint(outcome.Lost) != "[{OOMKilled 2} {EvictionByEvictionAPI 1} {exit code 52 1}]" {
		t.Errorf("got %+v, %v", outcome, err)
	}
}
