package programs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestBuildIsDoneOnceByWhoeverComesFirst(t *testing.T) {
	dir := fakeModule(t)
	var log bytes.Buffer
	opts := Options{Dir: dir, Cache: t.TempDir(), Log: &log}
	first := mustBuild(t, opts)
	if !strings.Contains(log.String(), "built etcd v3.2.3") {
		t.Fatalf("the build is not announced: %q", log.String())
	}
	if out, err := exec.CommandContext(t.Context(), first[Etcd]).CombinedOutput(); err != nil || string(out) != "I am etcd\n" {
		t.Fatalf("the program says %q, %v", out, err)
	}
	log.Reset()
	if second := mustBuild(t, opts); second[Etcd] != first[Etcd] || log.Len() != 0 {
		t.Errorf("the second call built again: %q", log.String())
	}
}

func TestBuildMakesANewProgramForANewVersion(t *testing.T) {
	dir := fakeModule(t)
	opts := Options{Dir: dir, Cache: t.TempDir(), Log: &bytes.Buffer{}}
	old := mustBuild(t, opts)
	writeModule(t, dir, "v3.2.4")
	if now := mustBuild(t, opts); now[Etcd] == old[Etcd] {
		t.Errorf("version v3.2.4 is served from %s", now[Etcd])
	}
}

func TestConcurrentCallsBuildOnce(t *testing.T) {
	opts := Options{Dir: fakeModule(t), Cache: t.TempDir()}
	logs := make([]bytes.Buffer, 3)
	var all sync.WaitGroup
	for i := range logs {
		own := opts
		own.Log = &logs[i]
		all.Go(func() { mustBuild(t, own) })
	}
	all.Wait()
	said := logs[0].String() + logs[1].String() + logs[2].String()
	if n := strings.Count(said, "building etcd"); n != 1 {
		t.Errorf("built %d times, want once:\n%s", n, said)
	}
}

func TestBuildShowsWhatTheCompilerSays(t *testing.T) {
	dir := fakeModule(t)
	write(t, filepath.Join(dir, "etcd", "main.go"), "package main\n\nfunc main() { undefined() }\n")
	_, err := Build(t.Context(), Options{Dir: dir, Cache: t.TempDir(), Log: &bytes.Buffer{}}, Etcd)
	if err == nil || !strings.Contains(err.Error(), "undefined: undefined") {
		t.Fatalf("got %v, want the compiler's message", err)
	}
}

func TestBuildNamesWhatItDoesNotKnow(t *testing.T) {
	rows := []struct{ rule, dir, name, want string }{
		{"an unknown program", fakeModule(t), "kube-toaster", `"kube-toaster"`},
		{"a folder outside the module", "/", string(Etcd), "run this in its folder e2e"},
	}
	for _, row := range rows {
		_, err := Build(t.Context(), Options{Dir: row.dir, Cache: t.TempDir()}, Name(row.name))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want an error with %s", row.rule, err, row.want)
		}
	}
}

// Every row of the catalogue must be buildable: pinned by its go.mod, and a
// tool of it, or `go mod tidy` would drop what it needs.
func TestCatalogueMatchesTheModules(t *testing.T) {
	root, err := findModule(mustWorkingDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range others() {
		if b, err := r.build(root); err != nil || b.version == "" {
			t.Errorf("%s: version %q, %v", r.name, b.version, err)
		}
		if !slices.Contains(tools(t, filepath.Join(root, r.graph)), r.pkg) {
			t.Errorf("%s: %s is no tool of e2e/%s/go.mod", r.name, r.pkg, r.graph)
		}
	}
}

func tools(t *testing.T, dir string) (paths []string) {
	t.Helper()
	file, err := readModule(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range file.Tool {
		paths = append(paths, tool.Path)
	}
	return paths
}

// A program of this repository follows its source at once.
func TestOurOwnProgramIsBuiltAtEachCall(t *testing.T) {
	opts := Options{Dir: fakeModule(t), Cache: t.TempDir(), Log: &bytes.Buffer{}}
	for _, word := range []string{"one", "two"} {
		write(t, filepath.Join(opts.Dir, "cmd", "pause", "main.go"), "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Print(\""+word+"\") }\n")
		paths, err := Build(t.Context(), opts, Pause)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), paths[Pause]).Output(); err != nil || string(out) != word {
			t.Errorf("the program says %q, %v; want %q", out, err, word)
		}
	}
}

func TestKubernetesVersionIsStamped(t *testing.T) {
	got := stampKubernetes("v1.36.3")
	for _, want := range []string{"gitVersion=v1.36.3", "gitMajor=1", "gitMinor=36"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %s", got, want)
		}
	}
}

func mustBuild(t *testing.T, opts Options) Paths {
	t.Helper()
	paths, err := Build(t.Context(), opts, Etcd)
	if err != nil {
		t.Error(err)
	}
	return paths
}

// fakeModule is a module of our name in which etcd is three lines.
func fakeModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeModule(t, dir, "v3.2.3")
	write(t, filepath.Join(dir, "etcd", "go.mod"), "module go.etcd.io/etcd/server/v3\n")
	write(t, filepath.Join(dir, "etcd", "main.go"), "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"I am etcd\") }\n")
	return dir
}

func writeModule(t *testing.T, dir, version string) {
	t.Helper()
	etcd := "go.etcd.io/etcd/server/v3"
	write(t, filepath.Join(dir, "go.mod"), "module "+modulePath+"\n\ngo 1.26.0\n\nrequire "+etcd+" "+version+"\n\nreplace "+etcd+" => ./etcd\n")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustWorkingDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
