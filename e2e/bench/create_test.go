package bench

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// BenchmarkCreate creates the same executor in every way, in turns: whatever
// else the machine does meets all of them. It reports the median and the 99th
// percentile of each way in microseconds, and the median less that of the way
// "none"; one iteration is one pod in each way.
func BenchmarkCreate(b *testing.B) {
	w := newWorld(b)
	for _, way := range w.ways {
		for range 20 { // connections, caches
			w.create(b, way)
		}
	}
	took := make([][]time.Duration, len(w.ways))
	for turn := 0; b.Loop(); turn++ {
		for i := range w.ways {
			i = (i + turn) % len(w.ways) // nobody is always the one after another
			took[i] = append(took[i], w.create(b, w.ways[i]))
		}
	}
	report(b, w.ways, took)
	b.ReportMetric(w.residentMB(b), "webhook-rss-MB")
}

// BenchmarkIdle reports the memory of a server that has nothing to do.
func BenchmarkIdle(b *testing.B) {
	w := newWorld(b)
	for b.Loop() { // nothing to repeat: it stands still
	}
	b.ReportMetric(w.residentMB(b), "webhook-rss-MB")
	b.ReportMetric(0, "ns/op")
}

func (w *world) create(b *testing.B, way *way) time.Duration {
	b.Helper()
	pod := w.executor(way)
	begin := time.Now()
	made, err := w.cluster.Client().CoreV1().Pods(way.namespace).Create(b.Context(), pod, metav1.CreateOptions{})
	took := time.Since(begin)
	if err != nil {
		b.Fatalf("%s: %v", way.name, err)
	}
	if changed(made) != (way.name != "none") {
		b.Fatalf("%s: the pod was not changed as it should be: %v", way.name, made.Labels)
	}
	return took
}

func report(b *testing.B, ways []*way, took [][]time.Duration) {
	b.Helper()
	b.Logf("%-16s %9s %9s %9s %9s", "way", "p50", "p99", "over none", "x none")
	floor := median(took[0])
	for i, way := range ways {
		p50, p99 := median(took[i]), percentile(took[i], 99)
		b.Logf("%-16s %9s %9s %9s %9.2f", way.name, round(p50), round(p99), round(p50-floor), float64(p50)/float64(floor))
		b.ReportMetric(float64(p50.Microseconds()), way.name+"-p50-us")
		b.ReportMetric(float64(p99.Microseconds()), way.name+"-p99-us")
	}
	b.ReportMetric(0, "ns/op") // the sum of all ways says nothing
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

func median(all []time.Duration) time.Duration { return percentile(all, 50) }

// percentile is the smallest value that is at least as large as that many percent.
func percentile(all []time.Duration, percent int) time.Duration {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	return sorted[(len(sorted)*percent+99)/100-1]
}

// changed tells whether a pod has what every way but "none" adds.
func changed(pod *corev1.Pod) bool {
	return pod.Labels["team"] == "risk" && pod.Spec.NodeSelector["pool"] == "batch"
}

// await repeats a question until the answer is yes: the API server learns of
// policies and configurations a moment after it took them.
func await(b *testing.B, what string, ask func(context.Context) bool) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !ask(ctx) {
		select {
		case <-ctx.Done():
			b.Fatalf("waited in vain for %s", what)
		case <-again.C:
		}
	}
}

func TestPercentile(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i))
	}
	for _, row := range []struct {
		of      []time.Duration
		percent int
		want    time.Duration
	}{
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 100, 100},
		{[]time.Duration{7}, 50, 7},
		{[]time.Duration{7}, 99, 7},
		{[]time.Duration{2, 1}, 50, 1},
		{[]time.Duration{2, 1}, 99, 2},
	} {
		if got := percentile(row.of, row.percent); got != row.want {
			t.Errorf("p%d of %v: got %d want %d", row.percent, row.of, got, row.want)
		}
	}
}
