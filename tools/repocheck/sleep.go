package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// checkSleep finds waiting for time to pass instead of for what is needed.
// In a bubble of testing/synctest sleeping is how virtual time passes, and
// whoever makes bubbles imports that package; forbidigo cannot tell the two.
func checkSleep(name string, data []byte) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, data, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	clock := importedAs(file, "time")
	test := strings.HasSuffix(name, "_test.go")
	if clock == "" || test && importedAs(file, "testing/synctest") != "" {
		return nil, nil
	}
	advice := "wait for what you need, by a context, a channel or a watch"
	if test {
		advice = "sleep in a bubble of testing/synctest; elsewhere " + advice
	}
	var problems []string
	ast.Inspect(file, func(node ast.Node) bool {
		if sleeps(node, clock) {
			problems = append(problems, fmt.Sprintf("%s:%d: time.Sleep; %s", name, files.Position(node.Pos()).Line, advice))
		}
		return true
	})
	return problems, nil
}

// importedAs is the name under which the file knows a package, "" if it does not.
func importedAs(file *ast.File, pkg string) string {
	for _, spec := range file.Imports {
		if found, err := strconv.Unquote(spec.Path.Value); err != nil || found != pkg {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}

// sleeps also finds time.Sleep that is handed on as a value, or imported by a dot.
func sleeps(node ast.Node, clock string) bool {
	switch node := node.(type) {
	case *ast.SelectorExpr:
		pkg, ok := node.X.(*ast.Ident)
		return ok && pkg.Name == clock && node.Sel.Name == "Sleep"
	case *ast.Ident:
		return clock == "." && node.Name == "Sleep"
	}
	return false
}
