package store

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"swage.dev/swage/podtemplate"
)

// R32: pods of one namespace that name templates nobody has, as fast as they
// can, do not take the other namespaces' look-ups away.
func TestOneNamespaceCannotUseUpEverybodysLookups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		w.start()
		var failed atomic.Int32
		for pod := range 100 {
			go func() {
				var names []string
				for i := range 16 {
					names = append(names, fmt.Sprintf("none-%d-%d", pod, i))
				}
				if _, _, err := w.Find(t.Context(), podtemplate.Request{Namespace: "greedy"}, names); err != nil {
					failed.Add(1)
				}
			}()
		}
		synctest.Wait()
		began := time.Now()
		if _, _, err := w.Find(t.Context(), podtemplate.Request{Namespace: "modest"}, []string{"none-0-0"}); err != nil {
			t.Errorf("the other namespace: %v", err)
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("the other namespace waited %s", took)
		}
		time.Sleep(5 * time.Second)
		if failed.Load() == 0 {
			t.Error("1600 names at once were all asked for")
		}
	})
}

// One pod that names as many templates as it may, of which none is known yet, gets all its answers.
func TestOnePodGetsAllItsLookups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		w.start()
		var names []string
		for i := range podtemplate.DefaultLimits().NamedTemplates {
			names = append(names, fmt.Sprintf("none-%d", i))
		}
		began := time.Now()
		if _, found, err := w.Find(t.Context(), podtemplate.Request{Namespace: "team"}, names); found || err != nil {
			t.Errorf("found %t, %v", found, err)
		}
		if took := time.Since(began); took > DefaultLookupTimeout {
			t.Errorf("it took %s: a pod waits no longer than %s", took, DefaultLookupTimeout)
		}
	})
}

// However many namespaces ask, a bounded number is remembered, and no longer than it matters.
func TestAllowanceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opts Options
		opts.setDefaults()
		a := newAllowance(opts)
		for i := range 2 * maxAskers {
			a.of(fmt.Sprintf("team-%d", i))
		}
		if n := len(a.askers); n != maxAskers+1 {
			t.Errorf("%d limiters, want %d and one for the rest", n, maxAskers)
		}
		time.Sleep(a.idle + time.Millisecond)
		a.of("late")
		if n := len(a.askers); n != 1 {
			t.Errorf("%d limiters after a silence, want 1", n)
		}
	})
}
