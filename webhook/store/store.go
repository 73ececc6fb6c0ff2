package store

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/go-logr/logr"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
)

// Store is what the webhook knows about the cluster. Its methods may be called
// from any goroutine, before Start too: it answers as if it knew nothing then,
// so ask Synced first.
type Store struct {
	opts   Options
	wanted labels.Selector

	configMaps cache.SharedIndexInformer
	changes    cache.ResourceEventHandlerRegistration
	drivers    *drivers
	namespaces *namespaces // nil when restricted to one namespace

	queue      *queue
	templates  *templates
	judgements judgements
	named      *lookup[podtemplate.Entry]
	synced     atomic.Bool
}

// New makes a Store; Start makes it work.
func New(opts Options) (*Store, error) {
	opts.setDefaults()
	if err := opts.validate(); err != nil {
		return nil, err
	}
	s := &Store{opts: opts, queue: newQueue(), templates: newTemplates(opts.SystemNamespace, opts.Limits)}
	s.judgements.all = map[string]map[string]judgement{}
	allowed := newAllowance(opts)
	s.named = newLookup("template", opts, allowed, s.getTemplate)
	return s, s.inform(allowed)
}

func (s *Store) inform(allowed *allowance) (err error) {
	if s.wanted, err = podtemplate.TemplateSelector(s.opts.Class); err != nil {
		return err
	}
	if s.configMaps, err = newConfigMapInformer(s.opts, s.wanted); err != nil {
		return fmt.Errorf("watching templates: %w", err)
	}
	if s.changes, err = s.configMaps.AddEventHandler(s.queue.handler()); err != nil {
		return fmt.Errorf("watching templates: %w", err)
	}
	if s.drivers, err = newDrivers(s.opts, allowed); err != nil {
		return fmt.Errorf("watching drivers: %w", err)
	}
	if s.opts.Namespace != "" {
		return nil
	}
	if s.namespaces, err = newNamespaces(s.opts, allowed); err != nil {
		return fmt.Errorf("watching namespaces: %w", err)
	}
	return nil
}

// Start reads and watches until ctx is done. When it returns, everything it began has ended.
func (s *Store) Start(ctx context.Context) error {
	ctx = logr.NewContextWithSlogLogger(ctx, s.opts.Logger)
	var group errgroup.Group
	for _, informer := range s.informers() {
		group.Go(func() error {
			informer.RunWithContext(ctx)
			return nil
		})
	}
	group.Go(func() error {
		s.run(ctx)
		return nil
	})
	defer s.waitForLookups()
	return group.Wait()
}

func (s *Store) informers() []cache.SharedIndexInformer {
	all := []cache.SharedIndexInformer{s.configMaps, s.drivers.informer}
	if s.namespaces != nil {
		all = append(all, s.namespaces.informer)
	}
	return all
}

func (s *Store) run(ctx context.Context) {
	// The handler's registration, not only the informer: every template has to be in the queue before it is emptied.
	checks := []cache.DoneChecker{s.changes.HasSyncedChecker()}
	for _, informer := range s.informers() {
		checks = append(checks, informer.HasSyncedChecker())
	}
	if !cache.WaitFor(ctx, "", checks...) {
		return
	}
	s.compileBatch(ctx)
	s.synced.Store(true)
	s.opts.Logger.Info("the templates have been read")
	s.compileAll(ctx)
}

func (s *Store) waitForLookups() {
	s.named.wait()
	s.drivers.byOwner.wait()
	s.drivers.byApp.wait()
	if s.namespaces != nil {
		s.namespaces.live.wait()
	}
}

// Synced tells whether everything has been read once. Until then no answer of the Store means anything.
func (s *Store) Synced() bool { return s.synced.Load() }

// Covers tells whether pods of a namespace are this store's business.
func (s *Store) Covers(namespace string) bool {
	return s.opts.Namespace == "" || s.opts.Namespace == namespace
}

// ConfigMap returns a reference to a template's ConfigMap for Events; ok is false if it is not known.
func (s *Store) ConfigMap(namespace, name string) (ref corev1.ObjectReference, ok bool) {
	cm := s.configMap(cache.NewObjectName(namespace, name))
	if cm == nil {
		return corev1.ObjectReference{}, false
	}
	return reference(cm), true
}

func labelsOf(cm *corev1.ConfigMap) labels.Set { return cm.Labels }
