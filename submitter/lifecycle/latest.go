package lifecycle

import "sync"

// latest is a value that one goroutine replaces and another one waits for.
type latest[T any] struct {
	mu      sync.Mutex
	value   T
	changed chan struct{} // holds one signal at most
}

func newLatest[T any]() *latest[T] { return &latest[T]{changed: make(chan struct{}, 1)} }

func (l *latest[T]) set(value T) {
	l.mu.Lock()
	l.value = value
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default: // whoever waits has not looked since the last change
	}
}

// close says that no value will follow.
func (l *latest[T]) close() { close(l.changed) }

func (l *latest[T]) get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value
}
