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

// query says which objects of a kind are meant: those with labels, or one by its name.
type query struct {
	kind   apiserver.Ref // without a name
	labels string        // a label selector; "" is all
	name   string        // reading one by name takes no right to list
}

func podsWith(namespace, labels string) query {
	return query{kind: apiserver.PodRef(namespace, ""), labels: labels}
}

func onePod(pod *corev1.Pod) query {
	return query{kind: apiserver.PodRef(pod.Namespace, ""), name: pod.Name}
}

func (q *query) one() apiserver.Ref {
	ref := q.kind
	ref.Name = q.name
	return ref
}

// set is the objects of a kind that exist, by UID. They belong to the server's
// memory: nobody changes them, and one that changed is another object.
type set[T any] map[types.UID]*T

type podSet = set[corev1.Pod]

// object is a pointer to a kind of objects.
type object[T any] interface {
	*T
	metav1.Object
}

func setOf[T any, P object[T]](items []T) set[T] {
	all := set[T]{}
	for i := range items {
		all[P(&items[i]).GetUID()] = &items[i]
	}
	return all
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

// follow shows the objects of a query to see, all of them, and again after each change, until see has seen enough. see
// works from what there is, not from what happened: between two calls one may have come and gone. It survives the
// server's restarts and the end of watches. Errors are those of the context, and refusals by the server.
func follow[T any, P object[T]](ctx context.Context, server *apiserver.Server, q query, firstPause time.Duration, see func(set[T]) enough) error {
	f := following[T, P]{server: server, query: q, see: see}
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

type following[T any, P object[T]] struct {
	server *apiserver.Server
	query  query
	see    func(set[T]) enough
}

// once reads the objects and follows them until see has seen enough or the watch ended.
func (f *following[T, P]) once(ctx context.Context) (enough, error) {
	all, version, err := f.read(ctx)
	if err != nil {
		return false, err
	}
	if f.see(all) {
		return true, nil
	}
	events, err := f.watch(ctx, version)
	if err != nil {
		return false, err
	}
	defer events.Close()
	return f.events(all, events)
}

// read is the objects that there are, and the version from which a watch goes on.
func (f *following[T, P]) read(ctx context.Context) (set[T], string, error) {
	if f.query.name == "" {
		var list struct {
			metav1.ListMeta `json:"metadata"`

			Items []T
		}
		err := f.server.List(ctx, f.query.kind, f.selector(), &list)
		return setOf[T, P](list.Items), list.ResourceVersion, err
	}
	one := P(new(T))
	err := f.server.Get(ctx, f.query.one(), one)
	if apierrors.IsNotFound(err) {
		return set[T]{}, "", nil // and the watch begins with what there is
	}
	return set[T]{one.GetUID(): one}, one.GetResourceVersion(), err
}

func (f *following[T, P]) selector() url.Values {
	query := url.Values{}
	if f.query.labels != "" {
		query.Set("labelSelector", f.query.labels)
	}
	if f.query.name != "" {
		query.Set("fieldSelector", metav1.ObjectNameField+"="+f.query.name)
	}
	return query
}

func (f *following[T, P]) watch(ctx context.Context, version string) (io.ReadCloser, error) {
	query := f.selector()
	query.Set("watch", "true")
	query.Set("resourceVersion", version)
	return f.server.Open(ctx, f.query.kind, "", query)
}

func (f *following[T, P]) events(all set[T], events io.Reader) (enough, error) {
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
		one := P(new(T))
		if err := json.Unmarshal(event.Object, one); err != nil {
			return false, fmt.Errorf("the watch's event is not understood: %w", err)
		}
		all = maps.Clone(all) // whoever was shown the last set may keep it
		if all[one.GetUID()] = one; event.Type == "DELETED" {
			delete(all, one.GetUID())
		}
		if f.see(all) {
			return true, nil
		}
	}
}
