package podtemplate

import (
	"strings"
	"testing"
)

// TestR10Ladder: each pair of neighbours on the ladder disagrees about one annotation; the stronger one's value stands.
func TestR10Ladder(t *testing.T) {
	says := func(value string) string { return "metadata: {annotations: {who: " + value + "}}" }
	levels := []shelf{ // strongest first
		{what: "system/e enforced", text: says("system-enforced")},
		{what: "team-a/e enforced", text: says("own-enforced")},
		{what: "pod"},
		{what: "team-a/n2 named", text: says("last-named")},
		{what: "system/n1 named", text: says("first-named")},
		{what: "team-a/d2 default", text: says("own-default-2")},
		{what: "team-a/d1 default", text: says("own-default-1")},
		{what: "system/d2 default", text: says("system-default-2")},
		{what: "system/d1 default", text: says("system-default-1")},
	}
	wants := []string{"system-enforced", "own-enforced", "pod", "last-named", "first-named", "own-default-2", "own-default-1", "system-default-2", "system-default-1"}
	for first := range levels {
		t.Run(wants[first]+" is the strongest of the rest", func(t *testing.T) {
			var shelves []shelf
			annotations, asks := "", []string{}
			for _, level := range levels[first:] {
				switch level.what {
				case "pod":
					annotations = "who=pod"
				default:
					shelves = append(shelves, level)
					if name, ok := strings.CutSuffix(level.what, " named"); ok {
						_, name, _ = strings.Cut(name, "/")
						asks = append([]string{name}, asks...)
					}
				}
			}
			if len(asks) > 0 {
				annotations += "; swage.dev/templates=" + strings.Join(asks, ",")
			}
			req := choice{shelves: shelves, annotations: annotations}.request(t)
			result := NewShaper(Options{}).Shape(req)
			if want := `"who":"` + wants[first] + `"`; !strings.Contains(string(result.Pod()), want) {
				t.Errorf("want %s in %s", want, result.Pod())
			}
		})
	}
}

// TestR10OnConflictOfTheWinner: between templates the ladder alone decides, and the winner's on-conflict applies against the pod.
func TestR10OnConflictOfTheWinner(t *testing.T) {
	weak := func(policy string) shelf {
		return shelf{what: "team-a/a default", annotations: "on-conflict=" + policy, text: "metadata: {annotations: {who: weak}}"}
	}
	strong := func(policy string) shelf {
		return shelf{what: "team-a/b default", annotations: "on-conflict=" + policy, text: "metadata: {annotations: {who: strong}}"}
	}
	for _, tt := range []struct {
		name, pod, want string
		shelves         []shelf
		verdict         Verdict
	}{
		{"a winner that keeps does not beat the pod, even if the loser would", "who=pod", "pod", []shelf{weak("replace"), strong("keep")}, Shaped},
		{"a winner that replaces beats the pod", "who=pod", "strong", []shelf{weak("keep"), strong("replace")}, Shaped},
		{"a winner that rejects denies it", "who=pod", "", []shelf{weak("replace"), strong("reject")}, DeniedConflict},
		{"a loser that rejects does not", "who=pod", "pod", []shelf{weak("reject"), strong("keep")}, Shaped},
		{"reject means against the pod, not against another template", "", "strong", []shelf{weak("reject"), strong("reject")}, Shaped},
		{"nothing is rejected that is equal", "who=strong", "strong", []shelf{weak("keep"), strong("reject")}, Shaped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			result := NewShaper(Options{}).Shape(choice{shelves: tt.shelves, annotations: tt.pod}.request(t))
			if result.Verdict != tt.verdict {
				t.Fatalf("%s: %s", result.Verdict, result.Reason)
			}
			if want := `"who":"` + tt.want + `"`; tt.want != "" && !strings.Contains(string(result.Pod()), want) {
				t.Errorf("want %s in %s", want, result.Pod())
			}
		})
	}
}
