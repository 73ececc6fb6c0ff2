package certs

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

const kindSecret = "Secret"

// fakeAPI is as much of an API server as certificates need: an optimistic
// lock, watches that miss nothing, and failure on command.
type fakeAPI struct {
	mu       sync.Mutex
	revision int64
	objects  map[ref]object
	events   []event
	watches  []*subscription
	versions map[ref][]version // all of each configuration, for lagging readers
	fail     func(verb string) error
	onWrite  func(r ref) // after a configuration changed, without the lock

	conflicts, applies, updates int
}

type object interface {
	runtime.Object
	metav1.Object
}

type event struct {
	revision int64
	kind     watch.EventType
	ref      ref
	object   object
}

// version is a configuration as it was from a time on; nil when deleted.
type version struct {
	from    time.Time
	object  object
	foreign bool // written by the test, not by a replica
}

type subscription struct {
	watch.Interface
	kind    string
	match   func(object) bool
	deliver func(watch.EventType, runtime.Object)
}

func newFakeAPI() *fakeAPI {
	return &fakeAPI{objects: map[ref]object{}, versions: map[ref][]version{}}
}

func refOf(o object) ref {
	switch o.(type) {
	case *corev1.Secret:
		return ref{kindSecret, o.GetName()}
	case *admissionv1.MutatingWebhookConfiguration:
		return ref{kindMutating, o.GetName()}
	}
	return ref{kindValidating, o.GetName()}
}

func (a *fakeAPI) failing(verb string) error {
	a.mu.Lock()
	fail := a.fail
	a.mu.Unlock()
	if fail == nil {
		return nil
	}
	return fail(verb)
}

// breakWatches ends every watch, as an API server that goes away does.
func (a *fakeAPI) breakWatches() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, w := range a.watches {
		w.Stop()
	}
	a.watches = nil
}

// write stores o if its resourceVersion is current (or empty: by force).
func (a *fakeAPI) write(o object, foreign bool) (object, error) {
	r := refOf(o)
	a.mu.Lock()
	old := a.objects[r]
	if v := o.GetResourceVersion(); v != "" && (old == nil || v != old.GetResourceVersion()) {
		a.conflicts++
		a.mu.Unlock()
		return nil, apierrors.NewConflict(schema.GroupResource{Resource: r.kind}, r.name, nil)
	}
	o = o.DeepCopyObject().(object)
	kind := watch.Modified
	if old == nil {
		kind = watch.Added
		o.SetUID(types.UID(strconv.FormatInt(a.revision, 10)))
	} else {
		o.SetUID(old.GetUID())
	}
	a.record(kind, o, foreign)
	a.mu.Unlock()
	a.written(r)
	return o.DeepCopyObject().(object), nil
}

func (a *fakeAPI) delete(r ref) {
	a.mu.Lock()
	if old := a.objects[r]; old != nil {
		a.record(watch.Deleted, old.DeepCopyObject().(object), true)
	}
	a.mu.Unlock()
}

func (a *fakeAPI) written(r ref) {
	if a.onWrite != nil && r.kind != kindSecret {
		a.onWrite(r)
	}
}

func (a *fakeAPI) record(kind watch.EventType, o object, foreign bool) {
	a.revision++
	o.SetResourceVersion(strconv.FormatInt(a.revision, 10))
	r := refOf(o)
	v := version{from: time.Now(), object: o, foreign: foreign}
	a.objects[r] = o
	if kind == watch.Deleted {
		delete(a.objects, r)
		v.object = nil
	}
	a.versions[r] = append(a.versions[r], v)
	a.events = append(a.events, event{a.revision, kind, r, o})
	for _, w := range a.watches {
		if w.kind == r.kind && w.match(o) {
			w.deliver(kind, o.DeepCopyObject())
		}
	}
}

func (a *fakeAPI) get(r ref) (object, error) {
	if err := a.failing("get"); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	o := a.objects[r]
	if o == nil {
		return nil, apierrors.NewNotFound(schema.GroupResource{Resource: r.kind}, r.name)
	}
	return o.DeepCopyObject().(object), nil
}

func (a *fakeAPI) list(kind string, opts metav1.ListOptions, into runtime.Object) error {
	if err := a.failing("list"); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var items []runtime.Object
	for r, o := range a.objects {
		if r.kind == kind && selects(opts)(o) {
			items = append(items, o.DeepCopyObject())
		}
	}
	list, _ := meta.ListAccessor(into)
	list.SetResourceVersion(strconv.FormatInt(a.revision, 10))
	return meta.SetList(into, items)
}

func (a *fakeAPI) watch(kind string, opts metav1.ListOptions) (watch.Interface, error) {
	if err := a.failing("watch"); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	since, _ := strconv.ParseInt(opts.ResourceVersion, 10, 64)
	fake := watch.NewFakeWithChanSize(10000, false)
	w := &subscription{fake, kind, selects(opts), func(t watch.EventType, o runtime.Object) {
		if !fake.IsStopped() {
			fake.Action(t, o)
		}
	}}
	for _, e := range a.events {
		if e.revision > since && e.ref.kind == kind && w.match(e.object) {
			w.deliver(e.kind, e.object.DeepCopyObject())
		}
	}
	a.watches = append(slices.DeleteFunc(a.watches, func(w *subscription) bool {
		return w.Interface.(*watch.FakeWatcher).IsStopped()
	}), w)
	return w, nil
}

func selects(opts metav1.ListOptions) func(object) bool {
	field := fields.ParseSelectorOrDie(opts.FieldSelector)
	label, _ := labels.Parse(opts.LabelSelector)
	return func(o object) bool {
		return field.Matches(fields.Set{"metadata.name": o.GetName()}) && label.Matches(labels.Set(o.GetLabels()))
	}
}

// current is the configuration or Secret as stored, nil if there is none.
func (a *fakeAPI) current(r ref) object {
	a.mu.Lock()
	defer a.mu.Unlock()
	if o := a.objects[r]; o != nil {
		return o.DeepCopyObject().(object)
	}
	return nil
}

func (a *fakeAPI) setFail(fail func(verb string) error) {
	a.mu.Lock()
	a.fail = fail
	a.mu.Unlock()
}

// refusePatches is a role that may not write configurations.
func refusePatches(verb string) error {
	if verb == "patch" {
		return errTest
	}
	return nil
}

func (a *fakeAPI) updateSecret(_ context.Context, s *corev1.Secret) (*corev1.Secret, error) {
	if err := a.failing("update"); err != nil {
		return nil, err
	}
	o, err := a.write(s, false)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.updates++
	a.mu.Unlock()
	return o.(*corev1.Secret), nil
}
