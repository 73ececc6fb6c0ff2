package lifecycle_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/staging"
)

// stageNode is a node on which the container runs after a second, and takes what is sent.
type stageNode struct {
	server *playedServer
	ran    bool
	never  string // why it does not run
	breaks error  // of the connection, when some bytes were read
	ends   int32  // exit code, when all was read
	says   string // its last words
	evict  bool
}

func (n *stageNode) status(state corev1.ContainerState) {
	n.server.change("d", func(p *corev1.Pod) {
		p.Spec.NodeName = "node"
		p.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: submitter.StageContainer, State: state}}
	})
}

func (n *stageNode) run() {
	time.Sleep(time.Second)
	if n.never != "" {
		n.status(corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: n.never, Message: "no such image"}})
		return
	}
	n.ran = true
	n.status(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})
}

func (n *stageNode) attach(ctx context.Context, pod *corev1.Pod, container string, input io.Reader) error {
	if !n.ran || pod.Name != "d" || container != submitter.StageContainer {
		return errors.New("attached to what does not run")
	}
	if n.breaks != nil {
		_, _ = io.ReadFull(input, make([]byte, 10))
	} else if _, err := io.Copy(io.Discard, input); err != nil {
		n.ends, n.says = 1, "not all files arrived"
	}
	switch {
	case n.evict:
		n.server.change("d", func(p *corev1.Pod) {
			p.Status.Phase, p.Status.Reason, p.Status.Message = corev1.PodFailed, "Evicted", "the volume exceeds its limit"
		})
	case n.ends >= 0:
		n.status(corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: n.ends, Message: n.says}})
	default:
		<-ctx.Done()
	}
	return n.breaks
}

// S22: how staging ends, and in what words. The container's own word decides.
func TestS22Staging(t *testing.T) {
	lost := errors.New("the connection was lost")
	for _, row := range []struct {
		rule    string
		node    stageNode
		files   func(fstest.MapFS)
		timeout time.Duration
		want    string // part of the error; "" is success
	}{
		{rule: "all of it arrives"},
		{rule: "all of it arrived, and then the connection broke", node: stageNode{breaks: lost}},
		{rule: "the stream breaks", node: stageNode{breaks: lost, ends: 1, says: "not all files arrived"}, want: "not all files arrived (the connection was lost)"},
		{rule: "the disk is full", node: stageNode{ends: 1, says: "swage-helper: the volume for the files is full"}, want: "exit code 1: swage-helper: the volume for the files is full"},
		{rule: "a file changes", files: func(f fstest.MapFS) { f["job.py"].Data = []byte("another") }, want: "sending /job.py: it changed while"},
		{rule: "a file vanishes", files: func(f fstest.MapFS) { delete(f, "job.py") }, want: "sending /job.py: file does not exist"},
		{rule: "the pod is evicted", node: stageNode{evict: true}, want: "the pod failed: Evicted: the volume exceeds its limit"},
		{rule: "the container does not run", node: stageNode{never: "ImagePullBackOff"}, timeout: time.Minute, want: "not done within 1m0s: ImagePullBackOff, container swage-stage, image : no such image; --stage-timeout"},
		{rule: "the container never says that it has all", node: stageNode{ends: -1}, timeout: time.Minute, want: "not done within 1m0s: 8 of 8 bytes were sent"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				files := fstest.MapFS{"job.py": {Data: []byte("print(1)")}}
				job, err := staging.Look(files, "job.py", "1/job.py")
				if err != nil {
					t.Fatal(err)
				}
				if row.files != nil {
					row.files(files)
				}
				node := row.node
				node.server = newPlayedServer()
				err = stageWith(t, &node, files, &submitter.Staging{Files: []staging.File{job}, Bytes: 8}, row.timeout)
				if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func stageWith(t *testing.T, node *stageNode, files fs.FS, what *submitter.Staging, timeout time.Duration) error {
	t.Helper()
	server := node.server.client()
	driver := &corev1.Pod{}
	driver.APIVersion, driver.Kind, driver.Name, driver.Namespace = "v1", "Pod", "d", "default"
	if err := server.Create(t.Context(), driver, driver); err != nil {
		t.Fatal(err)
	}
	driver, err := server.GetPod(t.Context(), "default", "d")
	if err != nil {
		t.Fatal(err)
	}
	go node.run()
	return lifecycle.Stage(t.Context(), server, driver, what, lifecycle.StageOptions{Files: files, Attach: node.attach, Timeout: timeout})
}

// S22: who interrupts is not kept waiting, and a pod that somebody deletes is told as one.
func TestS22StagingIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := &stageNode{server: newPlayedServer(), never: "PodInitializing"}
		go func() {
			time.Sleep(5 * time.Second)
			node.server.vanish("d")
		}()
		what := &submitter.Staging{Files: []staging.File{{Source: "x", Place: "1/x"}}}
		if err := stageWith(t, node, fstest.MapFS{}, what, 0); err == nil || !strings.Contains(err.Error(), "the pod was deleted") {
			t.Errorf("got %v", err)
		}
	})
}

// answering is a server that answers a call, its body included.
type answering func(call string) (code int, body string)

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	code, answer := a(r.Method + " " + r.URL.Path + " " + string(body))
	return &http.Response{StatusCode: code, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, err
}

// S22: a missing right is told before anything is created. A server that does not answer the question may still allow it.
func TestS22TheRightToAttach(t *testing.T) {
	for answer, want := range map[string]string{
		`{"status":{"allowed":true}}`:  "",
		`{"status":{"allowed":false}}`: "create pods/attach in namespace jobs",
		`forbidden`:                    "",
	} {
		asked := ""
		reviewer := answering(func(call string) (int, string) {
			asked = call
			if answer == "forbidden" {
				return http.StatusForbidden, `{"kind":"Status","code":403,"reason":"Forbidden"}`
			}
			return http.StatusCreated, answer
		})
		err := lifecycle.MayStage(t.Context(), apiserver.New("http://h", &http.Client{Transport: reviewer}), "jobs")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", answer, err)
		}
		for _, part := range []string{
			"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews ", `"namespace":"jobs"`, `"verb":"create"`, `"resource":"pods"`, `"subresource":"attach"`,
		} {
			if !strings.Contains(asked, part) {
				t.Errorf("asked %s", asked)
			}
		}
	}
}
