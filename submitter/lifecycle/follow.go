package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter/apiserver"
)

// podQuery says which pods of a namespace are meant: those with labels, or one by its name.
type podQuery struct {
	namespace string
	labels    string // a label selector; "" is all
	name      string // reading one by name takes no right to list
}

// podSet is the pods that exist, by UID. They belong to the server's memory:
// nobody changes them, and one that changed is another object.
type podSet map[types.UID]*corev1.Pod

func setOf(list *corev1.PodList) podSet {
	pods := podSet{}
	for i := range list.Items {
		pods[list.Items[i].UID] = &list.Items[i]
	}
	return pods
}

// enough ends following: see has seen what it waits for.
type enough bool

const (
	// defaultPause is the first pause before a new try.
	defaultPause = time.Second
	// longestPause is in first pauses.
	longestPause = 30
	// refusals in a row that are believed: a server that has just started may not know its roles yet.
	refusals = 5
)

// followPods shows the pods of a query to see, all of them, and again after each change, until see has seen enough. see
// works from what there is, not from what happened: between two calls a pod may have come and gone. It survives the
// server's restarts and the end of watches. Errors are those of the context, and refusals by the server.
func followPods(ctx context.Context, server *apiserver.Server, q podQuery, firstPause time.Duration, see func(podSet) enough) error {
	f := following{server: server, query: q, see: see}
	pause, refused, ever := firstPause, 0, false
	for {
		done, err := f.once(ctx)
		switch {
		case bool(done):
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil: // the watch ended in good order
			pause, refused, ever = firstPause, 0, true
		case hopeless(err):
			if refused++; !ever || refused == refusals {
				return err
			}
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		if err != nil {
			pause = min(2*pause, longestPause*firstPause)
		}
	}
}

// hopeless errors do not go away by trying again.
func hopeless(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) || apierrors.IsBadRequest(err)
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

type following struct {
	server *apiserver.Server
	query  podQuery
	see    func(podSet) enough
}

// once reads the pods and follows them until see has seen enough or the watch ended.
func (f *following) once(ctx context.Context) (enough, error) {
	pods, version, err := f.read(ctx)
	if err != nil {
		return false, err
	}
	if f.see(pods) {
		return true, nil
	}
	events, err := f.watch(ctx, version)
	if err != nil {
		return false, err
	}
	defer events.Close()
	return f.events(pods, events)
}

// read is the pods that there are, and the version from which a watch goes on.
func (f *following) read(ctx context.Context) (podSet, string, error) {
	if f.query.name == "" {
		list, err := f.server.ListPods(ctx, f.query.namespace, f.query.labels)
		return setOf(list), list.ResourceVersion, err
	}
	pod, err := f.server.GetPod(ctx, f.query.namespace, f.query.name)
	if apierrors.IsNotFound(err) {
		return podSet{}, "", nil // and the watch begins with what there is
	}
	return podSet{pod.UID: pod}, pod.ResourceVersion, err
}

func (f *following) watch(ctx context.Context, version string) (io.ReadCloser, error) {
	query := url.Values{"watch": {"true"}, "resourceVersion": {version}}
	if f.query.labels != "" {
		query.Set("labelSelector", f.query.labels)
	}
	if f.query.name != "" {
		query.Set("fieldSelector", metav1.ObjectNameField+"="+f.query.name)
	}
	return f.server.Open(ctx, apiserver.PodRef(f.query.namespace, ""), "", query)
}

func (f *following) events(pods podSet, events io.Reader) (enough, error) {
	decoder := json.NewDecoder(events)
	for {
		var event struct {
			Type   string
			Object json.RawMessage
		}
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, fmt.Errorf("the watch broke: %w", err)
		}
		switch event.Type {
		case "ADDED", "MODIFIED", "DELETED":
		case "ERROR": // such as 410: the version is too old; the next round reads anew
			return false, nil
		default:
			continue
		}
		pod := &corev1.Pod{}
		if err := json.Unmarshal(event.Object, pod); err != nil {
			return false, fmt.Errorf("the watch's event is not understood: %w", err)
		}
		pods = maps.Clone(pods) // whoever was shown the last set may keep it
		if pods[pod.UID] = pod; event.Type == "DELETED" {
			delete(pods, pod.UID)
		}
		if f.see(pods) {
			return true, nil
		}
	}
}
