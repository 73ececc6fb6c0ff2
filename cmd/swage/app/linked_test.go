package app_test

import (
	"os/exec"
	"strings"
	"testing"
)

// S27: submit starts in milliseconds because it links none of the weight of kubectl.
func TestS27NothingHeavyIsLinked(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "swage.dev/swage/cmd/swage").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(string(out))
	if len(all) < 100 {
		t.Fatalf("only %d packages", len(all))
	}
	for _, linked := range all {
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
