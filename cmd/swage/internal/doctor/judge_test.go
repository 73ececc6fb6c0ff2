package doctor

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// row breaks one thing in an installation that is well.
type row struct {
	rule  string
	check ID
	state State
	says  string // parts of what is told, by |
	harm  func(t *testing.T, p *patient)
}

// An installation that is well: each check is ok, and says so in one line.
func TestHealthy(t *testing.T) {
	for _, r := range Judge(healthy(t).Facts) {
		if r.State != OK || r.Message == "" || r.Do != "" {
			t.Errorf("%+v", r)
		}
	}
}

// Each thing that is broken is told by its own check, with what to do, and by no
// other: those that would only tell it again say which check has the answer.
func TestEachCheck(t *testing.T) {
	well := states(Judge(healthy(t).Facts))
	failing := map[ID]bool{}
	for _, row := range slices.Concat(registrationRows(), bundleRows(), orderRows(), serverRows(), placeRows(), certificateRows(), callRows(), policyRows(), counterRows(), templateRows(), accountRows()) {
		t.Run(row.rule, func(t *testing.T) {
			p := healthy(t)
			row.harm(t, p)
			results := Judge(p.Facts)
			row.told(t, results)
			got := states(results)
			for check, before := range well {
				if check != row.check && !slices.Equal(got[check], before) && !skippedFor(results, check, row.check) {
					t.Errorf("%s is %v", check, got[check])
				}
			}
			failing[row.check] = failing[row.check] || row.state != Unknown
		})
	}
	for _, c := range Checks() {
		if !failing[c.ID] {
			t.Errorf("no row has %s fail or warn", c.ID)
		}
	}
}

// told wants the state, what is said, and that a command says what to do.
func (r *row) told(t *testing.T, results []Result) {
	t.Helper()
	for _, one := range results {
		if one.Check != r.check || one.State != r.state {
			continue
		}
		for part := range strings.SplitSeq(r.says, "|") {
			if !strings.Contains(one.Message, part) {
				t.Errorf("%q does not say %q", one.Message, part)
			}
		}
		if one.Do == "" && r.state != OK {
			t.Errorf("%q does not say what to do", one.Message)
		}
		return
	}
	t.Errorf("%s is not %s: %v", r.check, r.state, results)
}

// states are those of the whole cluster and of the installation that healthy makes.
func states(results []Result) map[ID][]State {
	all := map[ID][]State{}
	for _, r := range results {
		if r.Installation == "" || r.Installation == "swage-system/swage-webhook" {
			all[r.Check] = append(all[r.Check], r.State)
		}
	}
	return all
}

// skippedFor tells whether a check was not asked because of another one.
func skippedFor(results []Result, check, cause ID) bool {
	return slices.ContainsFunc(results, func(r Result) bool {
		return r.Check == check && r.State == Skipped && (r.Message == "not asked: "+string(cause)+" has failed" || strings.Contains(r.Message, "there is no "))
	})
}

// hide takes something away that may not be read.
func hide[T any](read *Read[T], err error) { *read = Read[T]{Err: err} }

// What may not be read makes the checks that need it unknown, and they say which right it takes.
func TestUnknown(t *testing.T) {
	right := Right{Verb: "list", Group: "g", Resource: "things"}
	missing := &MissingRight{right}
	for name, row := range map[string]struct {
		hide func(p *patient)
		want []ID
	}{
		"Kubernetes": {func(p *patient) { hide(&p.Kubernetes, missing) }, []ID{Kubernetes}},
		"Validating": {func(p *patient) { hide(&p.Validating, missing) }, []ID{TemplateChecks}},
		"Policies":   {func(p *patient) { hide(&p.Policies, missing) }, []ID{Order}},
		"Namespaces": {func(p *patient) { hide(&p.Namespaces, missing) }, []ID{Exclusions, Reach, TemplatesUsed}},
		"Templates":  {func(p *patient) { hide(&p.Templates, missing) }, []ID{Reach, TemplatesLoad, TemplatesUsed}},
		"Templates, under Ignore": {func(p *patient) {
			hide(&p.Templates, missing)
			p.entry().FailurePolicy = new(admissionv1.Ignore)
		}, []ID{FailurePolicy, Reach, TemplatesLoad, TemplatesUsed}},
		"Counters": {func(p *patient) { hide(&p.Counters, missing) }, []ID{Refusals, FailedOpen}},
		"Deployments": {func(p *patient) {
			hide(&p.in().Deployments, missing)
			hide(&p.in().Pods, missing)
			hide(&p.in().Rights, missing)
			hide(&p.in().Metrics, missing)
		}, []ID{Replicas, Spread, Versions, Disruption, ServerRightsCheck, TemplatesStale, Reach, TemplatesLoad, TemplatesUsed}},
		"Nodes": {func(p *patient) {
			hide(&p.Nodes, missing)
			p.in().Pods.Value[1].Spec.NodeName = "node-a"
		}, []ID{Spread}},
		"Pods":    {func(p *patient) { hide(&p.in().Pods, missing) }, []ID{Spread, Versions}},
		"Service": {func(p *patient) { hide(&p.in().Service, missing) }, []ID{ServiceCheck}},
		"Slices":  {func(p *patient) { hide(&p.in().Slices, missing) }, []ID{ServiceCheck}},
		"Budgets": {func(p *patient) { hide(&p.in().Budgets, missing) }, []ID{Disruption}},
		"Served":  {func(p *patient) { hide(&p.in().Served, missing) }, []ID{CertificateTrusted, CertificateExpiry}},
		"Metrics": {func(p *patient) { hide(&p.in().Metrics, missing) }, []ID{TemplatesStale}},
		"Answer":  {func(p *patient) { hide(&p.in().Answer, missing) }, []ID{Called}},
		"Rights":  {func(p *patient) { hide(&p.in().Rights, missing) }, []ID{ServerRightsCheck}},
		"Driver":  {func(p *patient) { hide(&p.Spark.Driver, missing) }, []ID{DriverRightsCheck}},
		"Submit":  {func(p *patient) { hide(&p.Spark.Submit, missing) }, []ID{SubmitRightsCheck}},
	} {
		p := healthy(t)
		row.hide(p)
		var got []ID
		for _, r := range Judge(p.Facts) {
			if r.State != Unknown {
				continue
			}
			got = append(got, r.Check)
			if !strings.Contains(r.Message, "you may not list things.g") || r.Do != "kubectl auth can-i list things.g -A" {
				t.Errorf("%s: %+v", name, r)
			}
		}
		slices.Sort(got)
		slices.Sort(row.want)
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: unknown are %v, want %v", name, got, row.want)
		}
	}
}

// Without the registrations nobody knows which installations there are; an error that is no missing right is told as it is.
func TestNothingIsReadable(t *testing.T) {
	f := &Facts{Now: now}
	f.Mutating.Err = errors.New("the API server is tired")
	for _, r := range Judge(f) {
		if asked := r.Check == Registration || r.Check == InstallationsCheck; asked && (r.State != Unknown || !strings.Contains(r.Message, "tired")) || r.State == Failed {
			t.Errorf("%+v", r)
		}
		if strings.Contains(r.Message, "there is no installation") {
			t.Errorf("nobody knows that: %+v", r)
		}
	}
}

// Nothing is there, or only a registration that calls a URL: that is told, and nothing else is asked of an installation.
func TestNoInstallation(t *testing.T) {
	f := &Facts{Now: now}
	if got := states(Judge(f)); got[Registration][0] != Failed || got[Replicas][0] != Skipped || got[Called][0] != Skipped {
		t.Errorf("got %v", got)
	}
	f.Mutating.Value = []admissionv1.MutatingWebhookConfiguration{{Webhooks: []admissionv1.MutatingWebhook{{
		Name: "shape.swage.dev", ClientConfig: admissionv1.WebhookClientConfig{URL: new("https://elsewhere/shape")},
	}}}}
	if results := Judge(f); Fails(results) || states(results)[Registration][0] != Skipped {
		t.Errorf("got %v", results)
	}
}

// What mends is a command for those who installed by Helm, with the release's own name, and a sentence for others.
func TestUpgrade(t *testing.T) {
	p := healthy(t)
	if got := p.in().upgrade("replicas=2"); got != "helm upgrade spark-shapes deploy/chart -n swage-system --reset-then-reuse-values --set replicas=2" {
		t.Errorf("got %q", got)
	}
	p.deployment().Annotations[helmRelease] = "x; rm -rf ~"
	if got := p.in().upgrade(); strings.Contains(got, "rm -rf") {
		t.Errorf("got %q", got)
	}
	p.deployment().Annotations = nil
	if got := p.in().upgrade("replicas=2"); !strings.Contains(got, "kubectl apply -k deploy/manifests") || !strings.HasSuffix(got, ", with replicas=2") {
		t.Errorf("got %q", got)
	}
}

// What somebody wrote into an object does not become part of a command.
func TestCommandsAreOurs(t *testing.T) {
	p := healthy(t)
	p.Templates.Value = append(p.Templates.Value, template("swage-system", "t", "default", "spec: {}"), template("swage-system", "u", "default", "spec: {}"))
	p.Templates.Value[1].Annotations["swage.dev/namespaces"] = "a=b'; rm -rf ~; '"
	p.Templates.Value[2].Annotations["swage.dev/namespaces"] = "a  in ( b )"
	p.entry().ClientConfig.Service = &admissionv1.ServiceReference{Namespace: "n; rm -rf ~", Name: "s"}
	places, _ := Places(p.Facts, p.in().Deployments.Value)
	for _, place := range places {
		if place.Namespace != "swage-system" {
			t.Errorf("got %+v", place)
		}
	}
	for _, r := range Judge(p.Facts) {
		if strings.Contains(r.Do, "rm -rf") {
			t.Errorf("%+v", r)
		}
	}
}

// Every check is asked, in order, each ID once and with what it asks.
func TestCatalogue(t *testing.T) {
	var told []ID
	for _, r := range Judge(healthy(t).Facts) {
		told = append(told, r.Check)
	}
	var all []ID
	seen := map[ID]bool{}
	for _, c := range Checks() {
		all = append(all, c.ID)
		if seen[c.ID] || c.Asks == "" || c.of == nil && c.whole == nil {
			t.Errorf("%+v", c.ID)
		}
		seen[c.ID] = true
		for _, before := range c.after {
			if !seen[before] {
				t.Errorf("%s is asked before %s", c.ID, before)
			}
		}
	}
	if !slices.Equal(told, all) || len(slices.Collect(maps.Keys(seen))) != len(all) {
		t.Errorf("told %v of %v", told, all)
	}
}
