package submitter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
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
func Kill(ctx context.Context, server *Server, app *Pods, o KillOptions) (*Killed, error) {
	if app.Driver == nil {
		return nil, fmt.Errorf("%s: %w", app.Word(), ErrNoDriver)
	}
	root := target{apiVersion: "v1", kind: "Pod", namespace: app.Namespace(), name: app.Driver.Name, uid: app.Driver.UID}
	killed := &Killed{}
	if owner := metav1.GetControllerOf(app.Driver); owner != nil {
		if owner.Kind == "Job" {
			root.apiVersion, root.kind, root.name, root.uid = owner.APIVersion, owner.Kind, owner.Name, owner.UID
		} else {
			killed.Note = fmt.Sprintf("the %s %s made this driver and may make another: delete that", owner.Kind, owner.Name)
		}
	}
	owned := server.ownedBy(ctx, app.Namespace(), root.uid, app.Driver.UID)
	if err := server.deleteTarget(ctx, root, metav1.DeletePropagationForeground, o.Grace); err != nil {
		return nil, fmt.Errorf("killing %s: %w", app.Word(), err)
	}
	killed.Objects = append([]string{strings.ToLower(root.kind) + "/" + root.name}, owned...)
	return killed, nil
}

// target is an object to delete: the very one with the UID, unless that is "".
type target struct {
	apiVersion, kind, namespace, name string
	uid                               types.UID
}

const background = metav1.DeletePropagationBackground

func (s *Server) deleteTarget(ctx context.Context, t target, how metav1.DeletionPropagation, grace *time.Duration) error {
	options := metav1.DeleteOptions{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"}, PropagationPolicy: &how}
	if t.uid != "" {
		options.Preconditions = &metav1.Preconditions{UID: &t.uid}
	}
	if grace != nil {
		options.GracePeriodSeconds = new(int64(grace.Seconds()))
	}
	return s.call(ctx, http.MethodDelete, s.path(t.apiVersion, t.kind, t.namespace, t.name), "application/json", options, nil)
}

// ownedKinds are what a driver owns.
var ownedKinds = []struct{ apiVersion, kind string }{
	{"v1", "Pod"},
	{"v1", "Service"},
	{"v1", "ConfigMap"},
	{"v1", "Secret"},
	{"v1", "PersistentVolumeClaim"},
	{"networking.k8s.io/v1", "NetworkPolicy"},
	{volcanoVersion, podGroupKind},
}

// ownedBy are the objects that one of some others owns, KIND/NAME, as far as they may be listed. Only their metadata are
// read: nobody's secrets come here.
func (s *Server) ownedBy(ctx context.Context, namespace string, owners ...types.UID) []string {
	var names []string
	for _, k := range ownedKinds {
		list := &metav1.PartialObjectMetadataList{}
		if err := s.listMetadata(ctx, s.path(k.apiVersion, k.kind, namespace, ""), list); err != nil {
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
