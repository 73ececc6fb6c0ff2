package podsecurity

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"pgregory.net/rapid"

	"swage.dev/swage/cmd/swage/podsecurity"
	"swage.dev/swage/podtemplate/tree"
)

// The level of any pod is the one that the API server's own library finds. Each
// draw breaks a few rules; that every rule was broken is counted.
func TestLevelsAreTheAPIServers(t *testing.T) {
	checks := policy.DefaultChecks()
	evaluator, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		pod := draw(t)
		want := podsecurity.Privileged
		for _, level := range []podsecurity.Level{podsecurity.Baseline, podsecurity.Restricted} {
			results := evaluator.EvaluatePod(api.LevelVersion{Level: api.Level(level.String()), Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec)
			allowed := true
			for _, result := range results {
				if !result.Allowed {
					allowed = false
					broken[result.ForbiddenReason]++
				}
			}
			// The library finds Windows pods that are restricted and not baseline:
			// a level is kept by who keeps those below it.
			if allowed && want == level-1 {
				want = level
			}
		}
		if got := levelOf(t, pod); got != want {
			t.Fatalf("got %s want %s: %s", got, want, pod.String())
		}
	})
	if len(broken) < 15 {
		t.Errorf("only these rules were broken: %v", broken)
	}
}

func levelOf(t *rapid.T, pod *corev1.Pod) podsecurity.Level {
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	n, err := tree.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return podsecurity.LevelOf(podsecurity.Check(n))
}
