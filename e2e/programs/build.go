package programs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"swage.dev/swage/e2e/cachedir"
	"swage.dev/swage/e2e/filelock"
)

// Options say where to build and whom to tell. The zero value is good.
type Options struct {
	// Dir is a folder in the e2e module. Default: the working directory.
	Dir string
	// Cache receives the programs. Default: swage/programs in the user's cache
	// folder, ${XDG_CACHE_HOME:-~/.cache}.
	Cache string
	// Log is told what is built and how long it took; nothing is said about
	// what is there already. Default: standard error.
	Log io.Writer
}

// Paths is where each program is.
type Paths map[Name]string

// Build makes sure that the programs exist and says where. Several processes
// may call it at once: one builds, the others wait for it.
func Build(ctx context.Context, opts Options, names ...Name) (Paths, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	root, err := findModule(opts.Dir)
	if err != nil {
		return nil, err
	}
	paths := make(Paths, len(names))
	for _, name := range names {
		if paths[name], err = ensure(ctx, opts, root, name); err != nil {
			return nil, fmt.Errorf("build %s: %w", name, err)
		}
	}
	return paths, nil
}

func (o Options) withDefaults() (Options, error) {
	if o.Log == nil {
		o.Log = os.Stderr
	}
	var err error
	if o.Cache == "" {
		if o.Cache, err = cachedir.Of("programs"); err != nil {
			return o, err
		}
	}
	o.Dir, err = filepath.Abs(o.Dir)
	return o, err
}

// ensure builds one program unless it is there. The finished file is the stamp:
// it gets its name only when it is whole.
func ensure(ctx context.Context, opts Options, root string, name Name) (string, error) {
	r, err := find(name)
	if err != nil {
		return "", err
	}
	b, err := r.build(root)
	if err != nil {
		return "", err
	}
	path := filepath.Join(opts.Cache, b.folder(), string(name))
	if b.version != "" && exists(path) {
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	unlock, err := filelock.Take(ctx, path+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if b.version != "" && exists(path) { // another process built it while this one waited
		return path, nil
	}
	return path, b.compile(ctx, opts.Log, path)
}

// build is a recipe at the version that its go.mod pins.
type build struct {
	recipe
	dir     string   // of that go.mod
	version string   // empty: this repository's own
	own     []string // the text of a main package that is this repository's own
}

func (r recipe) build(root string) (build, error) {
	b := build{recipe: r, dir: filepath.Join(root, r.graph)}
	if r.module == "" {
		return b, nil
	}
	pinned, err := readPins(b.dir)
	if err != nil {
		return b, err
	}
	if b.version, err = pinned.version(r.module); err != nil || !strings.HasPrefix(r.pkg, modulePath+"/") {
		return b, err
	}
	b.own, err = sources(b.dir)
	return b, err
}

// sources are the texts of a folder's Go files.
func sources(dir string) (texts []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go")) // sorted
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, err
}

// folder tells builds apart by all that can make them differ and is ours to
// choose: version, compiler, platform and flags, and a main package of our own
// around somebody else's module. A program of this repository alone differs by
// the work tree it is made from.
func (b build) folder() string {
	if b.version == "" {
		sum := sha256.Sum256([]byte(b.dir))
		return fmt.Sprintf("%s-own-%s", b.name, hex.EncodeToString(sum[:4]))
	}
	sum := sha256.Sum256([]byte(strings.Join(append(b.args(), b.own...), "\x00")))
	return fmt.Sprintf("%s-%s-%s-%s-%s", b.name, b.version, runtime.Version(), runtime.GOARCH, hex.EncodeToString(sum[:4]))
}

func (b build) args() []string {
	ldflags := "-s -w" // no debugger is ever attached, and the file is a third smaller
	if b.ldflags != nil {
		ldflags += " " + b.ldflags(b.version)
	}
	args := []string{"build", "-mod=readonly", "-trimpath", "-ldflags", ldflags}
	if b.tags != "" {
		args = append(args, "-tags", b.tags)
	}
	return append(args, b.pkg)
}

func (b build) compile(ctx context.Context, log io.Writer, path string) error {
	if b.version != "" {
		fmt.Fprintf(log, "building %s %s; this happens once and takes minutes\n", b.name, b.version)
	}
	begin := time.Now()
	unfinished := path + ".unfinished"
	args := b.args()
	cmd := exec.CommandContext(ctx, "go", append([]string{args[0], "-o", unfinished}, args[1:]...)...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	if err := os.Rename(unfinished, path); err != nil {
		return err
	}
	if b.version != "" {
		fmt.Fprintf(log, "built %s %s in %s\n", b.name, b.version, time.Since(begin).Round(time.Second))
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
