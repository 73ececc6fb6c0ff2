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

// Events are the events about an application's pods and its Job, by time. Executors that are gone are known by the
// names of those that are there, for events outlive pods.
func Events(ctx context.Context, server *apiserver.Server, app *Pods) ([]corev1.Event, error) {
	all, err := listEvents(ctx, server, app.Namespace(), url.Values{"fieldSelector": {"involvedObject.kind=Pod"}})
	if err != nil {
		return nil, err
	}
	if app.Job != nil {
		ofJob, err := listEvents(ctx, server, app.Namespace(), about(app.Job.UID))
		if err != nil {
			return nil, err
		}
		all = append(all, ofJob...)
		sortEvents(all)
	}
	known, prefixes := app.known()
	return slices.DeleteFunc(all, func(e corev1.Event) bool {
		dash := strings.LastIndex(e.InvolvedObject.Name, submitter.ExecutorInfix)
		return !known[e.InvolvedObject.UID] && (dash < 0 || !prefixes[e.InvolvedObject.Name[:dash+len(submitter.ExecutorInfix)]])
	}), nil
}

// known are the application's objects that exist, and what the names of its executors begin with.
func (p *Pods) known() (uids map[types.UID]bool, prefixes map[string]bool) {
	uids, prefixes = map[types.UID]bool{}, map[string]bool{}
	for _, pod := range p.All() {
		uids[pod.UID] = true
		if dash := strings.LastIndex(pod.Name, submitter.ExecutorInfix); dash >= 0 && isExecutor(pod) {
			prefixes[pod.Name[:dash+len(submitter.ExecutorInfix)]] = true
		}
	}
	if p.Job != nil {
		uids[p.Job.UID] = true
		for _, attempt := range p.Job.Attempts {
			uids[attempt.UID] = true
			if attempt.Labels[submitter.JobLabel] != "" {
				prefixes[attempt.Name+submitter.ExecutorInfix] = true
			}
		}
	}
	return uids, prefixes
}

// listEvents lists a namespace's events by time.
func listEvents(ctx context.Context, server *apiserver.Server, namespace string, query url.Values) ([]corev1.Event, error) {
	list := &corev1.EventList{}
	err := server.List(ctx, apiserver.Ref{APIVersion: "v1", Kind: "Event", Namespace: namespace}, query, list)
	sortEvents(list.Items)
	return list.Items, err
}

func sortEvents(all []corev1.Event) {
	slices.SortStableFunc(all, func(a, b corev1.Event) int { return EventTime(&a).Compare(EventTime(&b)) })
}

// about selects the events about one object.
func about(uid types.UID) url.Values {
	return url.Values{"fieldSelector": {"involvedObject.uid=" + string(uid)}}
}

// eventsOf are the events about one pod.
func eventsOf(ctx context.Context, server *apiserver.Server, pod *corev1.Pod) ([]corev1.Event, error) {
	return listEvents(ctx, server, pod.Namespace, about(pod.UID))
}
