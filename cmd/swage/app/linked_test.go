package app_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// S27: submit starts in milliseconds because it links none of the weight of kubectl.
func TestS27NothingHeavyIsLinked(t *testing.T) {
	for _, linked := range linkedBy(t, "swage.dev/swage/cmd/swage") {
		for _, heavy := range []string{
			"k8s.io/client-go/kubernetes", "k8s.io/client-go/discovery", "k8s.io/client-go/informers", "k8s.io/client-go/dynamic",
			"k8s.io/cli-runtime", "k8s.io/kubectl", "sigs.k8s.io/controller-runtime", "sigs.k8s.io/kustomize",
		} {
			if linked == heavy || strings.HasPrefix(linked, heavy+"/") {
				t.Errorf("%s is linked", linked)
			}
		}
	}
}

// A machine may have no database of time zones: the program brings one, and programs that use the library bring their own.
func TestTheProgramBringsTimeZones(t *testing.T) {
	const zones = "time/tzdata"
	if !slices.Contains(linkedBy(t, "swage.dev/swage/cmd/swage"), zones) {
		t.Error("swage does not link " + zones)
	}
	if slices.Contains(linkedBy(t, "swage.dev/swage/submitter"), zones) {
		t.Error("the library links " + zones)
	}
}

// linkedBy are the packages that one is built of.
func linkedBy(t *testing.T, name string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(string(out))
	if len(all) < 100 {
		t.Fatalf("%s: only %d packages", name, len(all))
	}
	return all
}
