package podtemplate

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func (c *planCache) keys() string {
	var keys []string
	for e := c.order.Front(); e != nil; e = e.Next() {
		keys = append(keys, e.Value.(*cached).key)
	}
	return strings.Join(keys, " ")
}

// TestR6TheCacheForgetsTheLeastRecentlyUsed: bounded by bytes.
func TestR6TheCacheForgetsTheLeastRecentlyUsed(t *testing.T) {
	one := (&planCache{}).cost("a", &plan{size: 100})
	c := newPlanCache(3 * one)
	for _, key := range []string{"a", "b", "c"} {
		c.put(key, &plan{size: 100})
	}
	c.get("a")
	c.put("d", &plan{size: 100})
	if got := c.keys(); got != "d a c" || c.bytes != 3*one {
		t.Errorf("keeps %s in %d bytes, want d a c in %d", got, c.bytes, 3*one)
	}
	c.put("huge", &plan{size: 3 * one})
	if c.get("huge") != nil || c.bytes > c.most {
		t.Errorf("a plan beyond the bound is kept: %d bytes of %d", c.bytes, c.most)
	}
	c.put("d", &plan{size: 5})
	if c.bytes > c.most || strings.Count(c.keys(), "d") > 1 {
		t.Errorf("%s in %d bytes", c.keys(), c.bytes)
	}
}

// TestR6PlansAreKeyedByWhatTheyDependOn: pods that differ in nothing else share a plan, others do not.
func TestR6PlansAreKeyedByWhatTheyDependOn(t *testing.T) {
	plain := shelf{what: "team-a/a default"}
	filled := shelf{what: "team-a/a default", text: "metadata: {annotations: {x: '{{APP_ID}}'}}"}
	key := func(role Role, o outline, labels string, shelves ...shelf) string {
		req := choice{shelves: shelves, role: role, labels: labels}.request(t)
		chooser := newSelector(req, role, Limits{}.withDefaults())
		templates, refusal := chooser.choose()
		if refusal != nil {
			t.Fatal(refusal.reason)
		}
		return planKey(templates, role, chooser.values, o)
	}
	base := key(Executor, sparkOnly, "spark-app-selector=app-1; spark-exec-id=1", plain)
	if key(Executor, sparkOnly, "spark-app-selector=app-2; spark-exec-id=2; team=x", plain) != base {
		t.Error("labels that no template uses make another plan")
	}
	one := key(Executor, sparkOnly, "spark-app-selector=app-1", filled)
	for name, other := range map[string]string{
		"another role":                 key(Driver, sparkOnly, "spark-app-selector=app-1", filled),
		"another application":          key(Executor, sparkOnly, "spark-app-selector=app-2", filled),
		"another text":                 key(Executor, sparkOnly, "spark-app-selector=app-1", shelf{what: filled.what, text: filled.text + "\n"}),
		"one template more":            key(Executor, sparkOnly, "spark-app-selector=app-1", filled, shelf{what: "team-a/b default"}),
		"a template of the system's":   key(Executor, sparkOnly, "spark-app-selector=app-1", shelf{what: "system/a default", text: filled.text}),
		"another container":            key(Executor, outline{containers: []string{"x"}, spark: []int{0}}, "spark-app-selector=app-1", filled),
		"a container in another list":  key(Executor, outline{inits: sparkOnly.containers, spark: []int{0}}, "spark-app-selector=app-1", filled),
		"no Spark container":           key(Executor, outline{containers: sparkOnly.containers}, "spark-app-selector=app-1", filled),
		"an init container":            key(Executor, outline{containers: sparkOnly.containers, inits: []string{"i"}, spark: []int{0}}, "spark-app-selector=app-1", filled),
		"an init container as sidecar": key(Executor, outline{containers: sparkOnly.containers, inits: []string{"i"}, sidecars: []int{0}, spark: []int{0}}, "spark-app-selector=app-1", filled),
	} {
		if other == one {
			t.Errorf("%s has the same key", name)
		}
	}
}

// TestR11NoContainerNamePassesForTwo: a pod is not validated yet when it is
// shaped. A crafted name must not leave a plan behind that misses a container of
// the next pod.
func TestR11NoContainerNamePassesForTwo(t *testing.T) {
	own, _ := libraries([]shelf{{what: "team-a/a enforced", text: "spec: {containers: [{name: '*', securityContext: {privileged: false}}]}"}})
	shaper := NewShaper(Options{})
	shape := func(names ...string) string {
		var list []string
		for i, name := range names {
			args := ""
			if i == 0 {
				args = `,"args":["executor"]`
			}
			list = append(list, fmt.Sprintf(`{"name":"%s"%s,"securityContext":{"privileged":true}}`, name, args))
		}
		pod, err := ParsePod([]byte(`{"metadata":{"labels":{"spark-role":"executor"}},"spec":{"containers":[` + strings.Join(list, ",") + `]}}`))
		if err != nil {
			t.Fatal(err)
		}
		result := shaper.Shape(Request{Pod: pod, Namespace: "team-a", Templates: own})
		return string(result.Pod())
	}
	for _, separator := range []string{`\u0000`, `\u0001`, `\n`, `,`, `;`, `1:`, `4:`} {
		shape("main" + separator + "side")
		if got := shape("main", "side"); strings.Contains(got, `"privileged":true`) {
			t.Errorf("with %s a container is left out: %s", separator, got)
		}
	}
}

// TestTheShaperIsSafeForConcurrentUse: run with -race.
func TestTheShaperIsSafeForConcurrentUse(t *testing.T) {
	own, system := libraries([]shelf{
		{what: "team-a/a default", text: "metadata: {annotations: {x: '{{EXECUTOR_ID}}'}}"}, {what: "system/b default", annotations: "select=team"},
	})
	shaper := NewShaper(Options{Limits: Limits{CacheBytes: 8 << 10}}) // so that plans come and go
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range 50 {
				pod := podWith(t, Executor, fmt.Sprintf("spark-exec-id=%d; team=x", worker+i), "")
				result := shaper.Shape(Request{Pod: pod, Namespace: "team-a", Templates: own, SystemTemplates: system})
				if result.Verdict != Shaped && result.Verdict != Unchanged {
					t.Errorf("%s: %s", result.Verdict, result.Reason)
				}
			}
		})
	}
	group.Wait()
}
