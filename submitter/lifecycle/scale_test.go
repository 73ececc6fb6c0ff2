package lifecycle_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// scale is what another process does, which knows the driver only.
func (k *kept) scale(wanted int) (*lifecycle.Scaled, error) {
	k.t.Helper()
	k.server.mu.Lock()
	driver := k.server.objects["pods/"+k.driver].DeepCopy()
	k.server.mu.Unlock()
	return lifecycle.Scale(k.t.Context(), k.server.client(), &lifecycle.Pods{Driver: driver}, wanted)
}

func (k *kept) mustScale(wanted int) *lifecycle.Scaled {
	k.t.Helper()
	scaled, err := k.scale(wanted)
	if err != nil {
		k.t.Fatal(err)
	}
	return scaled
}

// started is an application by the submitter with three executors that run.
func started(t *testing.T, o lifecycle.KeepOptions) *kept {
	t.Helper()
	k := keepApp(t, submitter.BySubmitter, o)
	k.change(k.driver, run)
	for id := range 3 {
		k.change(fmt.Sprint(k.prefix, id+1), run)
	}
	return k
}

// S18: the number of executors by the submitter can be changed, by another
// process too, whether or not a swage waits, which then keeps the new number.
func TestS18Scale(t *testing.T) {
	for _, o := range []struct {
		who     string
		options lifecycle.KeepOptions
	}{{"a swage waits", lifecycle.KeepOptions{}}, {"nobody waits", lifecycle.KeepOptions{Once: true}}} {
		inBubble(t, o.who+": up", func(t *testing.T) {
			k := started(t, o.options)
			if scaled := k.mustScale(5); scaled.Before != 3 || len(scaled.Made) != 2 || scaled.Made[0] != k.prefix+"4" {
				t.Errorf("got %+v", scaled)
			}
			k.pass(time.Hour)
			k.want("an hour later", 1, 2, 3, 4, 5)
		})
		inBubble(t, o.who+": down, the youngest go first", func(t *testing.T) {
			k := started(t, o.options)
			if scaled := k.mustScale(1); scaled.Before != 3 || len(scaled.Removed) != 2 || scaled.Removed[0] != k.prefix+"3" {
				t.Errorf("got %+v", scaled)
			}
			k.pass(time.Hour)
			k.want("an hour later", 1)
		})
		inBubble(t, o.who+": down, those that do not run go before", func(t *testing.T) {
			k := started(t, o.options)
			k.change(k.prefix+"1", func(pod *corev1.Pod) { pod.Status.Phase = corev1.PodPending })
			k.mustScale(2)
			k.want("scaled", 2, 3)
		})
		inBubble(t, o.who+": to none, and up again under new ids", func(t *testing.T) {
			k := started(t, o.options)
			k.mustScale(0)
			k.pass(time.Hour)
			k.want("none")
			k.mustScale(2)
			k.pass(time.Hour)
			k.want("two", 4, 5)
		})
	}
}

// S18: scaling and keeping, by however many processes, end at the number that was said last.
func TestS18ScalingMeetsLosses(t *testing.T) {
	inBubble(t, "nobody waited: the same number again replaces those that were lost", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{Once: true})
		k.change(k.prefix+"2", endWith(1))
		k.pass(time.Hour)
		k.want("lost", 1, 3)
		k.mustScale(3)
		k.want("scaled", 1, 3, 4)
	})
	inBubble(t, "a waiting swage replaces lost ones up to the new number", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.mustScale(2)
		k.pass(time.Minute)
		k.server.vanish(k.prefix + "1")
		k.pass(time.Minute)
		k.want("lost", 2, 4)
		k.wantSaid("2 executors are wanted now, 3 were")
	})
	inBubble(t, "a waiting swage follows the annotation, whoever writes it", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.change(k.driver, func(pod *corev1.Pod) { pod.Annotations[submitter.ExecutorsAnnotation] = "1" })
		k.pass(4 * time.Second)
		k.want("whoever writes it may be removing them", 1, 2, 3)
		k.pass(time.Second)
		k.want("annotated", 1)
		k.change(k.driver, func(pod *corev1.Pod) { pod.Annotations[submitter.ExecutorsAnnotation] = "many" })
		k.pass(time.Minute)
		k.want("nonsense", 1)
		k.wantSaid(`is "many": expected a number`)
	})
}

// S18: several processes at work do not undo each other's.
func TestS18ScalingBesideOthers(t *testing.T) {
	inBubble(t, "somebody else changes the driver at the same time", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{Once: true})
		k.server.mu.Lock()
		old := k.server.objects["pods/"+k.driver].DeepCopy()
		k.server.mu.Unlock()
		k.mustScale(5)
		if _, err := lifecycle.Scale(t.Context(), k.server.client(), &lifecycle.Pods{Driver: old}, 4); err != nil {
			t.Fatal(err)
		}
		k.want("scaled twice", 1, 2, 3, 4)
		k.mustScale(5)
		k.want("no id serves twice", 1, 2, 3, 4, 6)
	})
	inBubble(t, "what another process took and did not make a waiting swage makes, when that is late", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.server.refusing(full)
		if _, err := k.scale(5); err == nil {
			t.Error("the quota is not told")
		}
		k.server.refusing(nil)
		k.pass(29 * time.Second)
		k.want("the other process may be at it", 1, 2, 3)
		k.pass(5 * time.Second)
		k.want("it was late", 1, 2, 3, 6, 7)
	})
	inBubble(t, "one that the driver told to stop does not count", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.change(k.prefix+"2", endWith(0))
		if scaled := k.mustScale(2); len(scaled.Made)+len(scaled.Removed) != 0 {
			t.Errorf("got %+v", scaled)
		}
		k.mustScale(3)
		k.want("scaled", 1, 3, 4)
	})
}

// S18, S8: what the quota refuses is an error that says so; what was made stays.
func TestS18ScaleIsRefusedInPart(t *testing.T) {
	inBubble(t, "quota", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{Once: true})
		asked := 0
		k.server.refusing(func(call string) string {
			if call != "POST pods" {
				return ""
			}
			if asked++; asked == 1 {
				return ""
			}
			return "exceeded quota: tiny"
		})
		scaled, err := k.scale(6)
		if err == nil || !strings.Contains(err.Error(), "2 of 3 new executors were refused") || len(scaled.Made) != 1 {
			t.Errorf("got %+v, %v", scaled, err)
		}
		k.want("in part", 1, 2, 3, 4)
	})
}

// S18: otherwise it refuses, and says what to do.
func TestS18NotScalable(t *testing.T) {
	mine := map[string]string{submitter.ExecutorsAnnotation: "3"}
	for _, row := range []struct {
		rule   string
		app    lifecycle.Pods
		wanted int
		want   string
		is     error
	}{
		{"a driver that is no pod of Spark's", lifecycle.Pods{}, 1, "no pod of Spark's", lifecycle.ErrNotScalable},
		{"a Job that is suspended, which has no driver yet", lifecycle.Pods{Job: &lifecycle.Job{Name: "nightly"}}, 1, "nightly: it cannot be scaled: a Job runs its drivers", lifecycle.ErrNotScalable},
		{"a Job's driver", lifecycle.Pods{Job: &lifecycle.Job{Name: "nightly"}, Driver: &corev1.Pod{}}, 1, "spark.dynamicAllocation.enabled", lifecycle.ErrNotScalable},
		{"executors by the driver", alone(corev1.Pod{}), 1, "spark.dynamicAllocation.enabled", lifecycle.ErrNotScalable},
		{"an application that has ended", alone(corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: mine}, Status: corev1.PodStatus{Phase: corev1.PodSucceeded}}), 1, "has ended", lifecycle.ErrNotScalable},
		{"a submission that was cut off", alone(corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Annotations: mine}, Spec: corev1.PodSpec{SchedulingGates: []corev1.PodSchedulingGate{{Name: lifecycle.Gate}}},
		}), 1, "swage kill", lifecycle.ErrNotScalable},
		{"less than none", alone(corev1.Pod{}), -1, "expected 0 to", submitter.ErrRefused},
		{"more than Spark can count", alone(corev1.Pod{}), 1 << 31, "expected 0 to", submitter.ErrRefused},
	} {
		_, err := lifecycle.Scale(t.Context(), newPlayedServer().client(), &row.app, row.wanted)
		if !errors.Is(err, row.is) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v", row.rule, err)
		}
	}
}

// alone is an application that no Job runs.
func alone(driver corev1.Pod) lifecycle.Pods { return lifecycle.Pods{Driver: &driver} }
