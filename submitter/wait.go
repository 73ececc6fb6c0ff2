package submitter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/podtemplate"
)

// Pods are the pods of one application.
type Pods struct {
	Driver *corev1.Pod
	// Executors are those that exist, by name. They are unknown, and empty, where
	// the server lets only the driver be read.
	Executors []*corev1.Pod
}

// WaitOptions say how to wait. The zero value is usable.
type WaitOptions struct {
	// Container is the name of the driver's Spark container. Default: found as in any driver.
	Container string
	// Changed is told of each state of the pods that is seen. Default: nobody.
	Changed func(Pods)
	// Pause is how long to wait before a new try when a watch ended; while the
	// server does not answer it doubles, up to 30 times itself. Default 1 s.
	Pause time.Duration
}

// Wait waits until a driver has ended. It survives the server's restarts and the end of watches. Errors are those of
// the context, and refusals by the server such as a forbidden read.
func Wait(ctx context.Context, server *Server, driver *corev1.Pod, o WaitOptions) (*Outcome, error) {
	w := waiting{driver: driver, container: cmp.Or(o.Container, SparkContainer(driver)), changed: o.Changed}
	query := podQuery{namespace: driver.Namespace, name: driver.Name}
	if id := driver.Labels[podtemplate.AppIDLabel]; id != "" {
		query = podQuery{namespace: driver.Namespace, labels: podtemplate.AppIDLabel + "=" + id}
	}
	pause := cmp.Or(o.Pause, defaultPause)
	err := server.followPods(ctx, query, pause, w.see)
	if apierrors.IsForbidden(err) && query.name == "" && !w.seen { // who may not list may get
		err = server.followPods(ctx, podQuery{namespace: driver.Namespace, name: driver.Name}, pause, w.see)
	}
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("watching the driver %s: %w", driver.Name, err)
	}
	return w.outcome, nil
}

type waiting struct {
	driver    *corev1.Pod
	container string
	changed   func(Pods)
	seen      bool
	outcome   *Outcome
}

func (w *waiting) see(pods podSet) enough {
	w.seen = true
	driver := pods[w.driver.UID]
	if driver == nil { // also when another pod took its name
		w.outcome = deleted()
		return true
	}
	if w.changed != nil {
		w.changed(Pods{Driver: driver, Executors: executorsIn(pods)})
	}
	w.outcome = outcomeOf(driver, w.container)
	return w.outcome != nil
}

func executorsIn(pods podSet) []*corev1.Pod {
	var executors []*corev1.Pod
	for _, pod := range pods {
		if pod.Labels[podtemplate.RoleLabel] == string(podtemplate.Executor) {
			executors = append(executors, pod)
		}
	}
	slices.SortFunc(executors, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	return executors
}
