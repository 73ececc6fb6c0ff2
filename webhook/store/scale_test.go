package store

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	kruntime "k8s.io/apimachinery/pkg/runtime"

	"swage.dev/swage/podtemplate"
)

// A cluster with far more templates than any will have.
const (
	scaleNamespaces = 100
	scaleTemplates  = 100 // in each
	scaleText       = `
metadata: {labels: {team: team-%d}}
spec:
  nodeSelector: {pool: pool-%d}
  tolerations: [{key: spark, operator: Exists}]
  containers: [{name: spark, env: [{name: A, value: "%d"}], resources: {limits: {memory: 1Gi}}}]
`
)

func manyTemplates() []kruntime.Object {
	var all []kruntime.Object
	for n := range scaleNamespaces {
		namespace := fmt.Sprintf("team-%d", n)
		for i := range scaleTemplates {
			cm := configMap(namespace, fmt.Sprintf("template-%d", i), podtemplate.Named, fmt.Sprintf(scaleText, n, i, i))
			all = append(all, cm)
		}
	}
	return all
}

// R34: ten thousand templates: none is lost, and each pod is composed from those of its namespace.
func TestTenThousandTemplates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, manyTemplates()...)
		w.start()
		if loaded := w.Counts()[podtemplate.Named][podtemplate.Loaded]; loaded != scaleNamespaces*scaleTemplates {
			t.Errorf("%d templates are loaded", loaded)
		}
		if names := w.templates.library("team-42").Names(podtemplate.Named); len(names) != scaleTemplates {
			t.Errorf("%d templates in one namespace", len(names))
		}
	})
}

// R34: one namespace with more than its share gets what the limit allows, in
// the order of names, and the rest are shown as too large.
func TestANamespaceWithMoreThanItsShare(t *testing.T) {
	var all []kruntime.Object
	for i := range 250 {
		all = append(all, configMap("greedy", fmt.Sprintf("template-%03d", i), podtemplate.Default, "spec: {hostNetwork: false}"))
	}
	all = append(all, configMap("modest", "template", podtemplate.Default, "spec: {hostNetwork: false}"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, all...)
		w.start()
		counts := w.Counts()[podtemplate.Default]
		if counts[podtemplate.Loaded] != 201 || counts[podtemplate.TooLarge] != 50 {
			t.Errorf("counts %v", counts)
		}
		if _, state, _ := w.templates.library("greedy").Get("template-200"); state != podtemplate.TooLarge {
			t.Errorf("the 201st is %s", state)
		}
	})
}

// BenchmarkTenThousandTemplates shows how long a server that starts takes to
// read and compile them, and how much memory they take.
func BenchmarkTenThousandTemplates(b *testing.B) {
	all := manyTemplates()
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, Options{}, all...)
		before := heap()
		b.StartTimer()
		stop := runUntilSynced(b, w.Store)
		b.StopTimer()
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		stop()
		b.StartTimer()
	}
}

// runUntilSynced returns when everything has been read; stop ends it.
func runUntilSynced(b *testing.B, s *Store) (stop func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Start(ctx) }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !s.Synced() {
		<-tick.C
	}
	return func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
