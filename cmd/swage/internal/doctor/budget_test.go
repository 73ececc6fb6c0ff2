package doctor

import (
	"strings"
	"testing"

	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A budget is for a drain that goes on and leaves one replica; numbers and per cents mean what they mean to evictions.
func TestBudgets(t *testing.T) {
	number, share := intstr.FromInt32, intstr.FromString
	for _, row := range []struct {
		rule         string
		keeps, loses *intstr.IntOrString // minAvailable, maxUnavailable
		replicas     int
		state        State
		says         string
	}{
		{"as the chart has it", nil, new(number(1)), 2, OK, "keeps a replica"},
		{"half of two", new(share("50%")), nil, 2, OK, "keeps a replica"},
		{"Kubernetes' default", nil, nil, 2, OK, "keeps a replica"},
		{"half of three is two, which are kept", new(share("50%")), nil, 3, OK, "keeps a replica"},
		{"all are kept", new(share("100%")), nil, 2, Warning, "nodes cannot be drained"},
		{"more than there are", new(number(3)), nil, 2, Warning, "nodes cannot be drained"},
		{"none may go", nil, new(number(0)), 2, Warning, "nodes cannot be drained"},
		{"the only one is kept", new(number(1)), nil, 1, Warning, "nodes cannot be drained"},
		{"the only one may go", nil, new(number(1)), 1, OK, "with one replica it can keep none"},
		{"all may go", nil, new(share("100%")), 2, Warning, "lets all 2 replicas go at once"},
		{"none is kept", new(number(0)), nil, 3, Warning, "lets all 3 replicas go at once"},
		{"scaled to none, which is another check's", new(number(1)), nil, 0, OK, ""},
	} {
		p := healthy(t)
		got := p.in().budget(&policyv1.PodDisruptionBudget{Spec: policyv1.PodDisruptionBudgetSpec{MinAvailable: row.keeps, MaxUnavailable: row.loses}}, row.replicas)
		if len(got) != 1 || got[0].state != row.state || !strings.Contains(got[0].message, row.says) {
			t.Errorf("%s: %+v", row.rule, got)
		}
	}
}

// That a single replica has no budget is no fault: none could keep it.
func TestOneReplicaNeedsNoBudget(t *testing.T) {
	for replicas, want := range map[int32]State{1: Skipped, 2: Warning} {
		p := healthy(t)
		p.deployment().Spec.Replicas, p.in().Budgets.Value = &replicas, nil
		if got := disruption(p.Facts, p.in()); len(got) != 1 || got[0].state != want {
			t.Errorf("%d replicas: %+v, want %s", replicas, got, want)
		}
	}
}
