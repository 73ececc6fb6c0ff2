package doctor

import (
	"slices"
	"strings"
	"testing"
)

// A driver or a submitter that lacks everything is given by the advice exactly
// what it needs: an account that may do more lends it to every program that runs
// in a driver, and to whoever can make a pod of a scheduler's.
func TestAccountsAreAdvisedTheirNeedsAndNothingMore(t *testing.T) {
	p := healthy(t)
	p.Spark.Submitter = p.Spark.Account
	for i := range p.Spark.Driver.Value {
		p.Spark.Driver.Value[i].Allowed = false
	}
	for i := range p.Spark.Submit.Value {
		p.Spark.Submit.Value[i].Allowed = false
	}
	for check, needs := range map[ID][]need{DriverRightsCheck: driverNeeds("team-a"), SubmitRightsCheck: submitNeeds("team-a")} {
		var given, wanted []string
		for _, r := range Judge(p.Facts) {
			if r.Check == check {
				given = append(given, rightsGiven(t, r.Do)...)
			}
		}
		for _, r := range rightsOf(needs) {
			wanted = append(wanted, r.String())
		}
		slices.Sort(given)
		slices.Sort(wanted)
		if !slices.Equal(given, wanted) {
			t.Errorf("%s: given are\n%s\nand needed\n%s", check, strings.Join(given, "\n"), strings.Join(wanted, "\n"))
		}
	}
}

// rightsGiven are those of the Role that two commands make and bind to the account spark of team-a.
func rightsGiven(t *testing.T, commands string) (all []string) {
	t.Helper()
	role, binding, both := strings.Cut(commands, "; ")
	words := strings.Fields(role)
	if !both || len(words) != 8 || !strings.HasPrefix(role, "kubectl -n team-a create role spark-") {
		t.Fatalf("%q makes no Role in team-a and binds it", commands)
	}
	if want := "kubectl -n team-a create rolebinding " + words[5] + " --role=" + words[5] + " --serviceaccount=team-a:spark"; binding != want {
		t.Errorf("%q, expected %q", binding, want)
	}
	for verb := range strings.SplitSeq(strings.TrimPrefix(words[6], "--verb="), ",") {
		for resource := range strings.SplitSeq(strings.TrimPrefix(words[7], "--resource="), ",") {
			all = append(all, verb+" "+resource+" in namespace team-a")
		}
	}
	return all
}
