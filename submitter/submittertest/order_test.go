package submittertest_test

import (
	"reflect"
	"testing"

	"swage.dev/swage/submitter/submittertest"
)

// The order of scratch directories is hidden, and nothing else: not one that is
// missing, nor another volume that is mounted elsewhere.
func TestOrderScratch(t *testing.T) {
	mount := func(name, path string) any { return map[string]any{"name": name, "mountPath": path} }
	container := func(dirs string, mounts ...any) map[string]any {
		c := map[string]any{"env": []any{map[string]any{"name": "SPARK_LOCAL_DIRS", "value": dirs}}, "volumeMounts": mounts}
		submittertest.OrderScratch(c)
		return c
	}
	want := func() map[string]any {
		return container("/x,/y", mount("spark-local-dir-1", "/x"), mount("spark-local-dir-2", "/y"), mount("conf", "/c"))
	}
	for _, row := range []struct {
		rule  string
		other map[string]any
		alike bool
	}{
		{"the other way round", container("/y,/x", mount("spark-local-dir-1", "/y"), mount("spark-local-dir-2", "/x"), mount("conf", "/c")), true},
		{"one less", container("/x", mount("spark-local-dir-1", "/x"), mount("conf", "/c")), false},
		{"another path", container("/x,/z", mount("spark-local-dir-1", "/x"), mount("spark-local-dir-2", "/z"), mount("conf", "/c")), false},
		{"what is no scratch space", container("/x,/y", mount("spark-local-dir-1", "/x"), mount("spark-local-dir-2", "/y"), mount("other", "/c")), false},
	} {
		if alike := reflect.DeepEqual(want(), row.other); alike != row.alike {
			t.Errorf("%s: alike %t", row.rule, alike)
		}
	}
}
