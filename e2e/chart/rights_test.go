package chart_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/clustertest"
)

// calls are what the code of each verb looks like.
var calls = map[string]*regexp.Regexp{
	"get": regexp.MustCompile(`[.\s]Get\(`), "list": regexp.MustCompile(`[.\s]List\(|[iI]nformer\(`), "watch": regexp.MustCompile(`[iI]nformer\(`),
	"create": regexp.MustCompile(`[.\s]Create\(`), "patch": regexp.MustCompile(`[.\s](Patch|Apply)\(`), "update": regexp.MustCompile(`[.\s]Update\(`),
}

var reason = regexp.MustCompile(`^\s*# ([a-z, ]+): ((?:[a-z/]+\.[A-Za-z]+(?:, )?)+)$`)

// granted is a rule of the chart with the functions that need its verbs.
type granted struct {
	rule    rbacv1.PolicyRule
	reasons map[string][]string // by verb
}

// Each verb that the chart grants to the server has beside it the function that
// needs it; that function is there, and calls just that.
func TestEachRightNamesTheCodeThatNeedsIt(t *testing.T) {
	root := clustertest.Root(t)
	rules := grantedBy(t, filepath.Join(root, chart.Dir, "templates", "account.yaml"))
	if len(rules) != 10 {
		t.Fatalf("%d rules: has the file another form?", len(rules))
	}
	for _, g := range rules {
		for _, verb := range g.rule.Verbs {
			if len(g.reasons[verb]) == 0 {
				t.Errorf("%v: nothing says what %s is for", g.rule.Resources, verb)
			}
			for _, name := range g.reasons[verb] {
				body := bodyOf(t, root, name)
				if !calls[verb].MatchString(body) {
					t.Errorf("%v: %s does not %s:\n%s", g.rule.Resources, name, verb, body)
				}
			}
		}
		for verb := range g.reasons {
			if !slices.Contains(g.rule.Verbs, verb) {
				t.Errorf("%v: %s is explained, and not granted", g.rule.Resources, verb)
			}
		}
	}
}

// grantedBy reads the rules with the comments above them. Only the template has
// all of them: a rendering has those of its values.
func grantedBy(t *testing.T, file string) []granted {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := ruleReader{reasons: map[string][]string{}}
	for line := range strings.Lines(string(text)) {
		r.line(t, strings.TrimRight(line, "\n"))
	}
	r.end(t)
	return r.all
}

// ruleReader has read reasons, and then the lines of a rule.
type ruleReader struct {
	all     []granted
	reasons map[string][]string
	rule    []string
}

func (r *ruleReader) line(t *testing.T, line string) {
	t.Helper()
	found := reason.FindStringSubmatch(line)
	if len(r.rule) > 0 && strings.HasPrefix(line, "    ") {
		if name, _, templated := strings.Cut(line, "[{{"); templated {
			line = name + "[name]"
		}
		r.rule = append(r.rule, line)
		return
	}
	r.end(t)
	switch {
	case strings.HasPrefix(line, "  - apiGroups:"):
		r.rule = append(r.rule, line)
	case found != nil:
		for verb := range strings.SplitSeq(found[1], ", ") {
			r.reasons[verb] = append(r.reasons[verb], strings.Split(found[2], ", ")...)
		}
	}
}

// end ends a rule, if one was begun.
func (r *ruleReader) end(t *testing.T) {
	t.Helper()
	if len(r.rule) == 0 {
		return
	}
	var parsed []rbacv1.PolicyRule
	if err := yaml.UnmarshalStrict([]byte(strings.Join(r.rule, "\n")), &parsed); err != nil || len(parsed) != 1 {
		t.Fatalf("%s: %v", strings.Join(r.rule, "\n"), err)
	}
	r.all = append(r.all, granted{parsed[0], r.reasons})
	r.rule, r.reasons = nil, map[string][]string{}
}

// bodyOf is the source of a function or method, as package.name.
func bodyOf(t *testing.T, root, name string) string {
	t.Helper()
	dir, function, _ := strings.Cut(name, ".")
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range parsed.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && f.Name.Name == function && !strings.HasSuffix(file, "_test.go") {
				bodies = append(bodies, string(text[set.Position(f.Pos()).Offset:set.Position(f.End()).Offset]))
			}
		}
	}
	if len(bodies) == 0 {
		t.Errorf("there is no function %s", name)
	}
	return fmt.Sprint(bodies)
}
