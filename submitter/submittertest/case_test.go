package submittertest_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"swage.dev/swage/submitter/submittertest"
)

func TestCases(t *testing.T) {
	folder := t.TempDir()
	if _, err := submittertest.ReadCases(folder); err == nil {
		t.Error("a folder without cases is taken")
	}
	for name, text := range map[string]string{
		"b.args": "# What it is about.\n$ A=b=c\n$ SPARK_USER=bob\n--conf\nspark.a=#x\n\nlast",
		"a.args": "pi.py\n",
		"c.txt":  "no case",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases, err := submittertest.ReadCases(folder)
	if err != nil || len(cases) != 2 || cases[0].Name != "a" || cases[0].Env["SPARK_USER"] != "alice" {
		t.Fatalf("got %v, %v", cases, err)
	}
	b := cases[1]
	if want := []string{"--conf", "spark.a=#x", "", "last"}; !slices.Equal(b.Args, want) {
		t.Errorf("got %q", b.Args)
	}
	if want := map[string]string{"A": "b=c", "SPARK_USER": "bob"}; !maps.Equal(b.Env, want) {
		t.Errorf("got %q", b.Env)
	}
}

// Masks hide what differs between submissions, and nothing else.
func TestMasked(t *testing.T) {
	for _, row := range []struct{ rule, text, want string }{
		{"an application's id", "spark-0123456789abcdef0123456789abcdef", "spark-ID"},
		{"a generated name", "pi-4ee794a1ff34d2de-driver", "pi-UNIQUE-driver"},
		{"scratch space", "/var/data/spark-b5a6b803-26c4-45ed-9c51-a4334250e692", "/var/data/spark-UUID"},
		{"the server", "k8s://https://127.0.0.1:6443", "k8s://SERVER"},
		{"the token's volume", "kube-api-access-x2x9z", "kube-api-access-RANDOM"},
		{"another server", "k8s://https://example.com", "k8s://https://example.com"},
		{"what a user wrote", "deadbeef", "deadbeef"},
	} {
		if got := submittertest.Masked(row.text); got != row.want {
			t.Errorf("%s: got %s", row.rule, got)
		}
	}
}

func TestSettings(t *testing.T) {
	got, err := submittertest.Settings("#Java properties\nspark.app.submitTime=17\nspark.b=c\\:d\n")
	if err != nil || len(got) != 2 || got["spark.app.submitTime"] != "TIME" || got["spark.b"] != "c:d" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := submittertest.Settings(`a=\u12`); err == nil {
		t.Error("a broken file is taken")
	}
}
