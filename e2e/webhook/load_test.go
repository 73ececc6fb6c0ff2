package webhook_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
)

// load creates pods all the time, as a busy cluster does.
type load struct {
	t         *testing.T
	namespace string
	stop      context.CancelFunc
	running   sync.WaitGroup
	made      atomic.Int64
}

const (
	loadClients = 2
	loadEvery   = 10 * time.Millisecond // each client
)

// createAllTheTime begins; end returns how many pods were made. A pod that is
// refused, or has not the label, fails the test.
func createAllTheTime(t *testing.T, namespace, label string) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &load{t: t, namespace: namespace, stop: cancel}
	for client := range loadClients {
		l.running.Go(func() { l.create(ctx, fmt.Sprintf("load-%d-", client), label) })
	}
	t.Cleanup(func() { l.end() })
	return l
}

func (l *load) end() int64 {
	l.stop()
	l.running.Wait()
	return l.made.Load()
}

func (l *load) create(ctx context.Context, prefix, label string) {
	tick := time.NewTicker(loadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		pod := swagetest.Driver("")
		pod.GenerateName = prefix
		// Not ctx: the last request must not fail because the test is over.
		made, err := server.Client().CoreV1().Pods(l.namespace).Create(l.t.Context(), pod, metav1.CreateOptions{})
		switch {
		case err != nil:
			l.t.Errorf("pod %d was refused: %v", l.made.Load(), err)
			return
		case made.Labels[label] == "":
			l.t.Errorf("pod %d was admitted unshaped", l.made.Load())
			return
		}
		l.made.Add(1)
	}
}
