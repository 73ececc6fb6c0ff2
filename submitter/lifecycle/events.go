package lifecycle

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// EventTime is when an event was last seen: writers of events fill in different fields.
func EventTime(e *corev1.Event) time.Time {
	switch {
	case e.Series != nil && !e.Series.LastObservedTime.IsZero():
		return e.Series.LastObservedTime.Time
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return cmp.Or(e.FirstTimestamp.Time, e.CreationTimestamp.Time)
}

// Events are the events about an application's pods, by time. Executors that are gone are known by the names of those
// that are there, for events outlive pods.
func Events(ctx context.Context, server *apiserver.Server, app *Pods) ([]corev1.Event, error) {
	all, err := listEvents(ctx, server, app.Namespace(), url.Values{"fieldSelector": {"involvedObject.kind=Pod"}})
	if err != nil {
		return nil, err
	}
	known := map[types.UID]bool{}
	prefixes := map[string]bool{}
	for _, pod := range app.All() {
		known[pod.UID] = true
		if dash := strings.LastIndex(pod.Name, submitter.ExecutorInfix); dash >= 0 && isExecutor(pod) {
			prefixes[pod.Name[:dash+len(submitter.ExecutorInfix)]] = true
		}
	}
	return slices.DeleteFunc(all, func(e corev1.Event) bool {
		dash := strings.LastIndex(e.InvolvedObject.Name, submitter.ExecutorInfix)
		return !known[e.InvolvedObject.UID] && (dash < 0 || !prefixes[e.InvolvedObject.Name[:dash+len(submitter.ExecutorInfix)]])
	}), nil
}

// listEvents lists a namespace's events by time.
func listEvents(ctx context.Context, server *apiserver.Server, namespace string, query url.Values) ([]corev1.Event, error) {
	list := &corev1.EventList{}
	err := server.List(ctx, apiserver.Ref{APIVersion: "v1", Kind: "Event", Namespace: namespace}, query, list)
	slices.SortStableFunc(list.Items, func(a, b corev1.Event) int { return EventTime(&a).Compare(EventTime(&b)) })
	return list.Items, err
}

// eventsOf are the events about one pod.
func eventsOf(ctx context.Context, server *apiserver.Server, pod *corev1.Pod) ([]corev1.Event, error) {
	return listEvents(ctx, server, pod.Namespace, url.Values{"fieldSelector": {"involvedObject.uid=" + string(pod.UID)}})
}
