package lifecycle_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// kept is an application whose executors are kept, in a bubble of virtual time.
type kept struct {
	t      *testing.T
	server *playedServer
	driver string
	prefix string
	said   []string
	ended  bool
	err    error
}

// keepApp plans, applies and keeps three executors. The bubble waits for Keep.
func keepApp(t *testing.T, by submitter.ExecutorsBy, o lifecycle.KeepOptions, args ...string) *kept {
	t.Helper()
	objects := submittertest.Request{Version: "4.1.2", Executors: by, Args: append(args, "--num-executors", "3", "--name", "pi")}.Must(t)
	k := &kept{t: t, server: newPlayedServer(), driver: objects.Driver.Name}
	k.prefix = strings.TrimSuffix(k.driver, "-driver") + "-exec-"
	driver, err := lifecycle.Apply(t.Context(), k.server.client(), objects)
	if err != nil {
		t.Fatal(err)
	}
	k.keep(driver, objects.Executors, o)
	return k
}

func (k *kept) keep(driver *corev1.Pod, executors *submitter.Executors, o lifecycle.KeepOptions) {
	o.Tell = func(s string) { k.said = append(k.said, s) }
	ctx, stop := context.WithCancel(k.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.err = lifecycle.Keep(ctx, k.server.client(), driver, executors, o)
		k.ended = true
	}()
	k.t.Cleanup(func() { stop(); <-done })
	synctest.Wait()
}

// pass lets time pass.
func (k *kept) pass(d time.Duration) { time.Sleep(d); synctest.Wait() }

func (k *kept) change(name string, how func(*corev1.Pod)) {
	k.server.change(name, how)
	synctest.Wait()
}

// want compares the executors there are with ids.
func (k *kept) want(when string, ids ...int) {
	k.t.Helper()
	var names []string
	for _, id := range ids {
		names = append(names, fmt.Sprint(k.prefix, id))
	}
	slices.Sort(names)
	if got := k.server.pods("executor"); !slices.Equal(got, names) {
		k.t.Errorf("%s: got %q, want %q; said %q", when, got, names, k.said)
	}
}

func (k *kept) wantSaid(part string) {
	k.t.Helper()
	if !slices.ContainsFunc(k.said, func(s string) bool { return strings.Contains(s, part) }) {
		k.t.Errorf("%q is not in %q", part, k.said)
	}
}

func inBubble(t *testing.T, rule string, test func(*testing.T)) {
	t.Helper()
	t.Run(rule, func(t *testing.T) { synctest.Test(t, test) })
}

// S6: executors must not take their driver's room.
func TestS6ExecutorsWaitForTheDriversNode(t *testing.T) {
	inBubble(t, "both: made when the driver is bound", func(t *testing.T) {
		k := keepApp(t, submitter.ByBoth, lifecycle.KeepOptions{})
		k.pass(time.Second)
		k.want("before")
		k.change(k.driver, bind)
		k.want("bound", 1, 2, 3)
		if !k.ended || k.err != nil {
			t.Errorf("ended %v, %v: the driver replaces executors by both", k.ended, k.err)
		}
	})
	inBubble(t, "both: none when that takes too long, and it is said", func(t *testing.T) {
		k := keepApp(t, submitter.ByBoth, lifecycle.KeepOptions{})
		k.pass(2 * time.Second)
		k.change(k.driver, bind)
		k.want("too late")
		k.wantSaid("left to the driver")
		if !k.ended {
			t.Error("it goes on")
		}
	})
	inBubble(t, "both: how long is an option", func(t *testing.T) {
		k := keepApp(t, submitter.ByBoth, lifecycle.KeepOptions{After: time.Minute})
		k.pass(59 * time.Second)
		k.change(k.driver, bind)
		k.want("bound", 1, 2, 3)
	})
	inBubble(t, "submitter: it goes on waiting", func(t *testing.T) {
		k := keepApp(t, submitter.BySubmitter, lifecycle.KeepOptions{})
		k.pass(time.Hour)
		k.want("before")
		k.wantSaid("its executors wait for that")
		k.change(k.driver, bind)
		k.want("bound", 1, 2, 3)
	})
	inBubble(t, "submitter without waiting: it waits for the node nevertheless, and is done then", func(t *testing.T) {
		k := keepApp(t, submitter.BySubmitter, lifecycle.KeepOptions{Once: true})
		k.pass(time.Minute)
		k.change(k.driver, bind)
		k.want("bound", 1, 2, 3)
		if !k.ended || k.err != nil {
			t.Errorf("ended %v, %v", k.ended, k.err)
		}
	})
	inBubble(t, "a driver that ends before has no executors", func(t *testing.T) {
		k := keepApp(t, submitter.BySubmitter, lifecycle.KeepOptions{})
		k.change(k.driver, endWith(1))
		k.want("ended")
		if !k.ended {
			t.Error("it goes on")
		}
	})
}

// An executor that is lost is replaced, under a new id, while swage waits.
func TestLostExecutorsAreReplaced(t *testing.T) {
	for _, row := range []struct {
		rule string
		lose func(*playedServer, string)
		want []int
	}{
		{"its container failed", func(s *playedServer, name string) { s.change(name, endWith(137)) }, []int{1, 3, 4}},
		{"it vanished", (*playedServer).vanish, []int{1, 3, 4}},
		{"it is being deleted", func(s *playedServer, name string) {
			s.change(name, func(pod *corev1.Pod) { pod.DeletionTimestamp = new(metav1.Now()) })
		}, []int{1, 2, 3, 4}},
		{"it was evicted", func(s *playedServer, name string) {
			s.change(name, func(pod *corev1.Pod) { pod.Status.Phase, pod.Status.Reason = corev1.PodFailed, "Evicted" })
		}, []int{1, 3, 4}},
	} {
		inBubble(t, row.rule, func(t *testing.T) {
			k := started(t, lifecycle.KeepOptions{})
			row.lose(k.server, k.prefix+"2")
			k.pass(3 * time.Second)
			k.want("lost", row.want...)
			k.pass(time.Hour)
			k.want("an hour later", row.want...)
			k.wantSaid("replaced by " + k.prefix + "4")
		})
	}
}

// What ends with its application is not lost, and nothing is replaced twice.
func TestWhatIsNotReplaced(t *testing.T) {
	inBubble(t, "one that the driver told to stop is not lost", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.change(k.prefix+"2", endWith(0))
		k.pass(time.Hour)
		k.want("later", 1, 3)
	})
	inBubble(t, "those that end with a driver that crashes are not replaced", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		for id := range 3 {
			k.change(fmt.Sprint(k.prefix, id+1), endWith(1))
		}
		k.pass(time.Second)
		k.change(k.driver, endWith(1))
		k.pass(time.Hour)
		k.want("ended")
		if !k.ended {
			t.Error("it goes on")
		}
	})
	inBubble(t, "an id serves once, whoever keeps", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.server.vanish(k.prefix + "3")
		k.pass(3 * time.Second)
		k.server.vanish(k.prefix + "4")
		k.pass(3 * time.Second)
		k.want("lost twice", 1, 2, 5)
	})
	inBubble(t, "one that never appears is replaced too", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.server.vanish(k.prefix + "1")
		k.pass(1900 * time.Millisecond)
		k.want("not yet", 2, 3)
		k.pass(time.Second)
		k.want("replaced", 2, 3, 4)
	})
}

// Keeping survives the API server's absence: what was lost meanwhile is replaced when it is back.
func TestKeepSurvivesARestartOfTheServer(t *testing.T) {
	inBubble(t, "an executor is lost meanwhile", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.server.leave()
		k.pass(10 * time.Minute)
		k.server.comeBack(func() { k.server.put("pods/"+k.prefix+"2", nil) })
		k.pass(time.Minute)
		k.want("it is back", 1, 3, 4)
		k.pass(time.Hour)
		k.want("an hour later", 1, 3, 4)
	})
	inBubble(t, "the driver ends meanwhile", func(t *testing.T) {
		k := started(t, lifecycle.KeepOptions{})
		k.server.leave()
		k.pass(time.Minute)
		k.server.comeBack(func() {
			driver := k.server.objects["pods/"+k.driver].DeepCopy()
			endWith(0)(driver)
			k.server.put("pods/"+k.driver, driver)
		})
		k.pass(time.Minute)
		if k.want("it is back", 1, 2, 3); !k.ended || k.err != nil {
			t.Errorf("ended %v, %v", k.ended, k.err)
		}
	})
}

// S8: what the quota refuses does not end the application.
func TestS8RefusedExecutors(t *testing.T) {
	inBubble(t, "both: they are left to the driver", func(t *testing.T) {
		k := keepApp(t, submitter.ByBoth, lifecycle.KeepOptions{})
		k.server.refusing(full)
		k.change(k.driver, bind)
		k.want("refused")
		k.wantSaid("3 of 3 executors are left to the driver")
		k.wantSaid("exceeded quota: tiny")
		if !k.ended || k.err != nil {
			t.Errorf("ended %v, %v", k.ended, k.err)
		}
	})
	inBubble(t, "submitter: tried again, seldom, and said once", func(t *testing.T) {
		k := keepApp(t, submitter.BySubmitter, lifecycle.KeepOptions{})
		k.server.refusing(full)
		k.change(k.driver, bind)
		k.pass(time.Hour)
		if tries := len(k.server.made("POST pods")); tries > 70 || tries < 60 {
			t.Errorf("%d tries in an hour", tries)
		}
		if k.wantSaid("0 of 3 executors are there"); len(k.said) != 1 {
			t.Errorf("said %q", k.said)
		}
		k.server.refusing(nil)
		k.pass(2 * time.Minute)
		k.want("room", 1, 2, 3)
		k.wantSaid("all 3 executors are there")
	})
	inBubble(t, "submitter without waiting: nobody will try again", func(t *testing.T) {
		k := keepApp(t, submitter.BySubmitter, lifecycle.KeepOptions{Once: true})
		k.server.refusing(full)
		k.change(k.driver, bind)
		if !k.ended || k.err == nil || !strings.Contains(k.err.Error(), "3 of 3 executors were refused") {
			t.Errorf("ended %v, %v", k.ended, k.err)
		}
	})
}

// S9: the pods of another application are not taken for executors.
func TestS9AnExecutorsNameIsTaken(t *testing.T) {
	inBubble(t, "taken meanwhile", func(t *testing.T) {
		k := keepApp(t, submitter.ByBoth, lifecycle.KeepOptions{})
		other := &corev1.Pod{}
		other.Name = k.prefix + "2"
		k.server.put("pods/"+other.Name, other)
		k.change(k.driver, bind)
		k.wantSaid("1 of 3 executors are left to the driver: creating the executor " + other.Name)
		k.wantSaid("a pod of another application")
	})
}
