package release_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/archive"
	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/release"
)

// manifest is krew's, read strictly: a field that krew does not have is a typo.
type manifest struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string     `json:"version"`
		Homepage         string     `json:"homepage"`
		ShortDescription string     `json:"shortDescription"`
		Description      string     `json:"description"`
		Platforms        []platform `json:"platforms"`
	} `json:"spec"`
}

type platform struct {
	Selector *metav1.LabelSelector `json:"selector"`
	URI      string                `json:"uri"`
	SHA256   string                `json:"sha256"`
	Bin      string                `json:"bin"`
	Files    []struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"files"`
}

func krewManifest(t *testing.T) (found manifest) {
	t.Helper()
	if err := yaml.UnmarshalStrict(text(t, filepath.Join(dist, "swage.yaml")), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// What krew refuses, by its own list of rules.
func TestKrewTakesTheManifest(t *testing.T) {
	found := krewManifest(t)
	if id := found.APIVersion + " " + found.Kind + " " + found.Metadata.Name; id != "krew.googlecontainertools.github.com/v1alpha2 Plugin swage" {
		t.Errorf("it is %s", id)
	}
	spec := found.Spec
	if !semver.IsValid(spec.Version) || spec.Version != version {
		t.Errorf("the version is %q", spec.Version)
	}
	// The index's maintainers ask for at most 50 characters, without a full stop.
	if short := spec.ShortDescription; short == "" || len(short) > 50 || strings.ContainsAny(short, "\r\n.") {
		t.Errorf("the short description is %q", short)
	}
	wanted, err := wantedPlatforms()
	if err != nil || len(spec.Platforms) != len(wanted) {
		t.Errorf("%d platforms for %v", len(spec.Platforms), wanted)
	}
	for _, p := range spec.Platforms {
		checkPlatform(t, p)
	}
}

var sha256Sum = regexp.MustCompile(`^[a-f0-9]{64}$`)

func checkPlatform(t *testing.T, p platform) {
	t.Helper()
	if !sha256Sum.MatchString(p.SHA256) || p.Bin == "" || !strings.HasPrefix(p.URI, "https://") || p.Selector == nil {
		t.Fatalf("a platform is %+v", p)
	}
	for key := range p.Selector.MatchLabels {
		if key != "os" && key != "arch" {
			t.Errorf("krew knows no label %q", key)
		}
	}
	for _, file := range p.Files {
		if file.From == "" || file.To == "" {
			t.Errorf("a file is %+v", file)
		}
	}
}

// install does what krew does with a manifest: one platform's archive, its sum,
// the files that the manifest names, a link by which kubectl finds the program.
func install(t *testing.T) (bin string) {
	t.Helper()
	host := labels.Set{"os": release.Host().OS, "arch": release.Host().Arch}
	all := krewManifest(t).Spec.Platforms
	chosen := slices.IndexFunc(all, func(p platform) bool {
		selector, err := metav1.LabelSelectorAsSelector(p.Selector)
		return err == nil && selector.Matches(host)
	})
	if chosen < 0 {
		t.Fatalf("no platform is for %v", host)
	}
	file := filepath.Join(dist, path.Base(all[chosen].URI))
	if sum := sha256.Sum256(text(t, file)); hex.EncodeToString(sum[:]) != all[chosen].SHA256 {
		t.Fatal("krew refuses the archive: the sum is another")
	}
	files, err := archive.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	store, bin := t.TempDir(), t.TempDir()
	for _, wanted := range all[chosen].Files {
		at := slices.IndexFunc(files, func(f archive.File) bool { return f.Name == wanted.From })
		if at < 0 {
			t.Fatalf("the archive has no %s", wanted.From)
		}
		if err := os.WriteFile(filepath.Join(store, wanted.To, wanted.From), files[at].Content, os.FileMode(files[at].Mode)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(store, all[chosen].Bin), filepath.Join(bin, "kubectl-swage")); err != nil {
		t.Fatal(err)
	}
	return bin
}

// The real kubectl finds what krew installs, and help, examples and errors say
// how it was called.
func TestKubectlRunsThePlugin(t *testing.T) {
	built, err := programs.Build(t.Context(), programs.Options{}, programs.Kubectl)
	if err != nil {
		t.Fatal(err)
	}
	bin := install(t)
	kubectl := func(args ...string) (said string, code int) {
		command := exec.CommandContext(t.Context(), built[programs.Kubectl], args...)
		command.Env = []string{"PATH=" + bin, "HOME=" + t.TempDir()}
		command.Dir = root(t)
		out, _ := command.CombinedOutput()
		return string(out), command.ProcessState.ExitCode()
	}
	for _, row := range []struct {
		rule string
		args []string
		says string
		code int
	}{
		{"it is found", []string{"plugin", "list"}, filepath.Join(bin, "kubectl-swage"), 0},
		{"it is this release", []string{"swage", "version"}, version, 0},
		{"usage", []string{"swage", "render", "--help"}, "kubectl swage render", 0},
		{"examples", []string{"swage", "submit", "--help"}, "  kubectl swage submit ", 0},
		{"errors", []string{"swage", "render", "--nonsense"}, `"kubectl swage render --help"`, 2},
		{"it works", []string{"swage", "lint", "-t", "deploy/examples/templates"}, "", 0},
		{"its exit code is kubectl's", []string{"swage", "lint", "-t", "no-such-folder"}, "no-such-folder", 2},
	} {
		if said, code := kubectl(row.args...); code != row.code || !strings.Contains(said, row.says) {
			t.Errorf("%s: exit %d, %q", row.rule, code, said)
		}
	}
}
