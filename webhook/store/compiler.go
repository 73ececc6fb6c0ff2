package store

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"
)

// queue holds the names of ConfigMaps to compile. A name waits at most once,
// however often its ConfigMap changes, and a whole batch is taken at a time, so
// that each namespace's library is made once a batch: a storm of changes costs
// as much as its slowest part.
type queue struct {
	mu      sync.Mutex
	pending map[cache.ObjectName]struct{}
	wake    chan struct{} // holds one token: there may be something to take
}

func newQueue() *queue {
	return &queue{pending: map[cache.ObjectName]struct{}{}, wake: make(chan struct{}, 1)}
}

func (q *queue) add(name cache.ObjectName) {
	q.mu.Lock()
	q.pending[name] = struct{}{}
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) take() map[cache.ObjectName]struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch := q.pending
	q.pending = map[cache.ObjectName]struct{}{}
	return batch
}

// handler puts every ConfigMap that changes into the queue.
func (q *queue) handler() cache.ResourceEventHandler {
	changed := func(obj any) {
		if name, err := cache.DeletionHandlingObjectToName(obj); err == nil {
			q.add(name)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    changed,
		UpdateFunc: func(_, obj any) { changed(obj) },
		DeleteFunc: changed,
	}
}

// compileAll compiles whatever changes, until ctx is done.
func (s *Store) compileAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.queue.wake:
			s.compileBatch(ctx)
		}
	}
}

func (s *Store) compileBatch(ctx context.Context) {
	touched := map[string]bool{}
	for name := range s.queue.take() {
		if ctx.Err() != nil {
			return
		}
		s.refresh(name)
		touched[name.Namespace] = true
	}
	// The system's library first: whether other templates' selectors are stable depends on it.
	system := s.opts.SystemNamespace
	if touched[system] {
		s.publish(ctx, system)
	}
	for namespace := range touched {
		if namespace != system {
			s.publish(ctx, namespace)
		}
	}
	if touched[system] {
		s.reviewAll(ctx, touched)
	}
}

func (s *Store) refresh(name cache.ObjectName) {
	cm := s.configMap(name)
	if cm == nil {
		s.templates.remove(name)
		return
	}
	s.templates.compile(cm)
}

// configMap returns what the informer knows under that name, nil if it is no template of ours.
func (s *Store) configMap(name cache.ObjectName) *corev1.ConfigMap {
	obj, _, err := s.configMaps.GetIndexer().GetByKey(name.String())
	cm, ok := obj.(*corev1.ConfigMap)
	if err != nil || !ok || !s.wanted.Matches(labelsOf(cm)) {
		return nil
	}
	return cm
}
