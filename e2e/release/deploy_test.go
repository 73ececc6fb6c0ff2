package release_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/release"
)

// The released chart asks for the released image, and is the chart otherwise.
func TestTheChartAsksForTheImage(t *testing.T) {
	helm, err := chart.New(t.Context(), root(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(dist, "swage-"+version[1:]+".tgz")
	rendered, err := helm.Run(t.Context(), "/nowhere", "template", chart.Release, packed, "--namespace", chart.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(rendered), `image: "`+imageName+`"`) {
		t.Errorf("the chart asks for another image than %s", imageName)
	}
	folder, err := helm.Template(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(string(folder), `app.kubernetes.io/version: "dev"`, `app.kubernetes.io/version: "`+version[1:]+`"`)
	want = strings.ReplaceAll(want, "localhost/swage-webhook:dev", imageName)
	if string(rendered) != want {
		t.Error("the packed chart renders to something else than its folder")
	}
}

const imageName = "localhost/swage-webhook:7.8.9-test.1"

// Docker's archive holds the image of that name, whole.
func TestTheImageHasTheChartsName(t *testing.T) {
	path := filepath.Join(dist, "swage-webhook_"+version[1:]+"_image_"+release.Host().Arch+".tar")
	made, err := tarball.ImageFromPath(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(made); err != nil {
		t.Error(err)
	}
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(path) })
	if err != nil || len(manifest) != 1 || manifest[0].RepoTags[0] != imageName {
		t.Errorf("the archive is of %+v, %v", manifest, err)
	}
	if !strings.Contains(ociIndex(t), `"io.containerd.image.name":"`+imageName+`"`) {
		t.Errorf("the archive for all architectures is not of %s: %s", imageName, ociIndex(t))
	}
}

func ociIndex(t *testing.T) string {
	t.Helper()
	file, err := os.Open(filepath.Join(dist, "swage-webhook_"+version[1:]+"_image.oci.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for r := tar.NewReader(file); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			t.Fatal("the archive has no index")
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Name == "index.json" {
			index, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(strings.Fields(string(index)), "")
		}
	}
}
