package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// KillOptions say how to kill. The zero value is usable.
type KillOptions struct {
	// Grace is how long the driver has to end by itself. Default nil: what its pod says, 30 s mostly.
	Grace *time.Duration
}

// Killed is what a kill has asked the server to remove.
type Killed struct {
	// Objects are KIND/NAME, the driver, or the Job that it belongs to, first; then what goes with it, as far as it may be seen.
	Objects []string
	// Note is what the user should know, "" for nothing.
	Note string
}

// ErrNoDriver is wrapped by the error of Kill about an application whose driver is no pod of Spark's.
var ErrNoDriver = errors.New("the driver is no pod of Spark's: end it where it runs")

// Kill deletes an application's driver, or the Job that runs it, and with it all that it owns; what is owned goes
// first (foreground deletion).
func Kill(ctx context.Context, server *apiserver.Server, app *Pods, o KillOptions) (*Killed, error) {
	if app.Driver == nil && app.Job == nil {
		return nil, fmt.Errorf("%s: %w", app.Word(), ErrNoDriver)
	}
	root, uid, note := rootOf(app)
	owners := []types.UID{uid}
	for _, driver := range app.drivers() {
		owners = append(owners, driver.UID)
	}
	owned := ownedBy(ctx, server, app.Namespace(), owners...)
	if err := server.Delete(ctx, root, deletion(uid, metav1.DeletePropagationForeground, o.Grace)); err != nil {
		return nil, fmt.Errorf("killing %s: %w", app.Word(), err)
	}
	if app.Job != nil && o.Grace != nil {
		hurry(ctx, server, app, o)
	}
	return &Killed{Objects: append([]string{strings.ToLower(root.Kind) + "/" + root.Name}, owned...), Note: note}, nil
}

// hurry asks for the pods of a Job themselves: its deletion cannot say how long
// they have. It makes no others, for it is being deleted. What fails leaves them the time that they say.
func hurry(ctx context.Context, server *apiserver.Server, app *Pods, o KillOptions) {
	for _, driver := range app.drivers() {
		if outcomeOf(driver, submitter.SparkContainer(driver)) == nil {
			_ = server.Delete(ctx, apiserver.PodRef(driver.Namespace, driver.Name), deletion(driver.UID, metav1.DeletePropagationBackground, o.Grace))
		}
	}
}

// rootOf is what has to be deleted for an application to end, and what may make another.
func rootOf(app *Pods) (root apiserver.Ref, uid types.UID, note string) {
	if app.Job != nil {
		if schedule := app.Job.Schedule(); schedule != "" {
			note = fmt.Sprintf("the schedule %s goes on: swage schedule delete %s", schedule, schedule)
		}
		return apiserver.JobRef(app.Namespace(), app.Job.Name), app.Job.UID, note
	}
	root, uid = apiserver.PodRef(app.Namespace(), app.Driver.Name), app.Driver.UID
	switch owner := metav1.GetControllerOf(app.Driver); {
	case owner == nil:
	case owner.Kind == "Job":
		return apiserver.JobRef(app.Namespace(), owner.Name), owner.UID, ""
	default:
		note = fmt.Sprintf("the %s %s made this driver and may make another: delete that", owner.Kind, owner.Name)
	}
	return root, uid, note
}

// deletion says how to delete the very object with a UID, whatever UID for "".
func deletion(uid types.UID, how metav1.DeletionPropagation, grace *time.Duration) metav1.DeleteOptions {
	o := metav1.DeleteOptions{PropagationPolicy: &how}
	if uid != "" {
		o.Preconditions = &metav1.Preconditions{UID: &uid}
	}
	if grace != nil {
		o.GracePeriodSeconds = new(int64(grace.Seconds()))
	}
	return o
}

// ownedKinds are what a driver owns.
var ownedKinds = []struct{ apiVersion, kind string }{
	{"v1", "Pod"},
	{"v1", "Service"},
	{"v1", "ConfigMap"},
	{"v1", "Secret"},
	{"v1", "PersistentVolumeClaim"},
	{"networking.k8s.io/v1", "NetworkPolicy"},
	{submitter.PodGroupVersion, submitter.PodGroupKind},
}

// ownedBy are the objects that one of some others owns, KIND/NAME, as far as they may be listed. Only their metadata are
// read: nobody's secrets come here.
func ownedBy(ctx context.Context, server *apiserver.Server, namespace string, owners ...types.UID) []string {
	var names []string
	for _, k := range ownedKinds {
		list, err := server.ListMetadata(ctx, apiserver.Ref{APIVersion: k.apiVersion, Kind: k.kind, Namespace: namespace})
		if err != nil {
			continue
		}
		for _, item := range list.Items {
			if slices.ContainsFunc(item.OwnerReferences, func(r metav1.OwnerReference) bool { return slices.Contains(owners, r.UID) }) {
				names = append(names, strings.ToLower(k.kind)+"/"+item.Name)
			}
		}
	}
	return names
}
