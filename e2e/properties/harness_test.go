package properties_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"swage.dev/swage/e2e/properties"
	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/e2e/properties/server"
	"swage.dev/swage/podtemplate"
)

var (
	ordinary     = sync.OnceValues(func() (*server.Server, error) { return server.New(server.Cluster{}) })
	withPriority = sync.OnceValues(func() (*server.Server, error) { return server.New(server.Cluster{GlobalPriority: true}) })
	namespaces   = []string{server.Plain, server.Limited}
)

// trial is one random case of one property.
type trial struct {
	*rapid.T
	generate.Case
	server *server.Server
	shaper *podtemplate.Shaper
}

// property checks one promise on random cases.
func property(t *testing.T, opts generate.Options, check func(*trial)) {
	t.Helper()
	shaper := podtemplate.NewShaper(podtemplate.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		rt.Helper()
		chosen := ordinary
		if rapid.IntRange(0, 4).Draw(rt, "a default priority class") == 4 {
			chosen = withPriority
		}
		s, err := chosen()
		if err != nil {
			rt.Fatal(err)
		}
		check(&trial{T: rt, Case: generate.Draw(rt, namespaces, opts), server: s, shaper: shaper})
	})
}

// fail prints the case with what is wrong, and the pods that show it.
func (c *trial) fail(format string, args ...any) {
	c.Helper()
	c.Logf("%s", c.Case)
	c.Fatalf(format, args...)
}

// sent is the pod as the webhook is sent it: x = D(author's file). Pods that the server refuses anyhow are no cases.
func (c *trial) sent(managed bool) []byte {
	c.Helper()
	out, err := c.server.Create(c.Context(), c.Namespace, c.Raw(), managed)
	if err != nil {
		c.Skip(err)
	}
	return out
}

// again is D of what the webhook made.
func (c *trial) again(raw []byte) []byte {
	c.Helper()
	out, err := c.server.Again(c.Context(), c.Namespace, raw)
	if err != nil && c.known(err.Error()) {
		c.Skip(err)
	}
	if err != nil {
		c.fail("the server refuses what we made: %v\n%s", err, raw)
	}
	return out
}

// known tells whether a refusal comes from a rule that we say we do not check.
func (c *trial) known(refusal string) bool {
	return properties.Known(refusal, c.Namespace == server.Limited) != nil
}

// shape is f.
func (c *trial) shape(raw []byte) *podtemplate.Result {
	c.Helper()
	return c.shapeIn(raw, c.Templates)
}

func (c *trial) shapeIn(raw []byte, templates []generate.Template) *podtemplate.Result {
	c.Helper()
	req, err := c.RequestIn(slices.Clone(raw), templates)
	if err != nil {
		c.fail("%v", err)
	}
	result := c.shaper.Shape(req)
	return &result
}

// shaped is f, for properties about pods that are admitted.
func (c *trial) shaped(raw []byte) *podtemplate.Result {
	c.Helper()
	result := c.shape(raw)
	if !result.Verdict.Allowed() {
		c.Skip(result.Reason)
	}
	return result
}

// unstable tells whether a pod was denied for a template whose selector could change its mind.
func unstable(result *podtemplate.Result) bool {
	return strings.Contains(result.Reason, "selects on labels that templates write")
}

// mustNotChange fails when f changes a pod.
func (c *trial) mustNotChange(what string, raw []byte) {
	c.Helper()
	result := c.shape(raw)
	if unstable(result) {
		c.Skip("an unstable template: it is refused where it is written (R6)")
	}
	if result.Verdict.Denied() {
		c.fail("%s: denied: %s\n%s", what, result.Reason, raw)
	}
	if patch := result.Patch(); patch != nil {
		c.fail("%s: the patch is not empty: %s\nof %s", what, patch, raw)
	}
	if !bytes.Equal(result.Pod(), raw) && !sameJSON(c.T, result.Pod(), raw) {
		c.fail("%s: there is no patch, and still the pod is another:\n%s\n%s", what, result.Pod(), raw)
	}
}

func read(t *rapid.T, raw []byte) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value map[string]any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return value
}

func sameJSON(t *rapid.T, a, b []byte) bool {
	t.Helper()
	return write(t, read(t, a)) == write(t, read(t, b))
}

func write(t *rapid.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// outcome lets results be called by pointer in a table.
type outcome struct{ *podtemplate.Result }

// uncached shapes with a shaper that has never seen anything.
func (c *trial) uncached(raw []byte) *podtemplate.Result {
	c.Helper()
	fresh := trial{T: c.T, Case: c.Case, server: c.server, shaper: podtemplate.NewShaper(podtemplate.Options{})}
	return fresh.shape(raw)
}

// either is the author's file, or the pod that the webhook is sent.
func (c *trial) either() []byte {
	c.Helper()
	if rapid.Bool().Draw(c.T, "defaulted") {
		return c.sent(rapid.Bool().Draw(c.T, "managedFields"))
	}
	return c.Raw()
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(out)
}

// valid is the pod, where the server would accept it as it is; others are no cases.
func (c *trial) valid(raw []byte) []byte {
	c.Helper()
	refused, err := c.server.Validate(raw)
	if err != nil || len(refused) > 0 {
		c.Skip(refused, err)
	}
	return raw
}

// specs are the author's spec, and those of the selected templates.
func (c *trial) specs(result *podtemplate.Result) []any {
	specs := []any{c.Pod["spec"]}
	for _, tpl := range reference.Selected(c.Case, result.Templates) {
		for _, body := range reference.Bodies(c.Case, tpl) {
			specs = append(specs, body["spec"])
		}
	}
	return specs
}
