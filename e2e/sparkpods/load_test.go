package sparkpods_test

import (
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/sparkpods"
)

func load(t *testing.T, version string) *sparkpods.App {
	t.Helper()
	root, err := product.Root(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	app, err := sparkpods.Load(root, version)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestLoad(t *testing.T) {
	for _, version := range sparkpods.Versions() {
		app := load(t, version)
		if app.Driver == nil || len(app.Executors) != 2 || len(app.ConfigMaps) != 2 || len(app.Services) != 1 {
			t.Errorf("%s: not what a spark-submit with two executors makes: %+v", version, app)
		}
		for _, pod := range app.Pods() {
			if image := pod.Spec.Containers[0].Image; !strings.HasSuffix(image, ":"+version) {
				t.Errorf("%s: the image is %s", version, image)
			}
		}
	}
	if _, err := sparkpods.Load("../..", "0.0"); err == nil {
		t.Error("a version that was not captured is no error")
	}
}

func TestPodsAreAsSparkSendsThem(t *testing.T) {
	for _, version := range sparkpods.Versions() {
		for _, pod := range load(t, version).Pods() {
			text := pod.String()
			for _, filled := range []string{"kube-api-access", "not-ready", "PreemptLowerPriority", "default-scheduler", "termination-log"} {
				if strings.Contains(text, filled) {
					t.Errorf("%s: Spark does not send %s", pod.Name, filled)
				}
			}
		}
	}
}

func TestOwnedBy(t *testing.T) {
	app := load(t, sparkpods.Versions()[0])
	app.Driver.UID = "new"
	app.OwnedBy(app.Driver)
	metas := [][]string{}
	for _, pod := range app.Executors {
		metas = append(metas, []string{string(pod.OwnerReferences[0].UID), pod.OwnerReferences[0].Name})
	}
	metas = append(metas, []string{string(app.Services[0].OwnerReferences[0].UID), app.Services[0].OwnerReferences[0].Name})
	for _, meta := range metas {
		if !slices.Equal(meta, []string{"new", app.Driver.Name}) {
			t.Errorf("got %v", meta)
		}
	}
}
