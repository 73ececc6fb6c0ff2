package doctor

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
)

const versionLabel = "app.kubernetes.io/version"

// versions compares what runs with what was installed, and with this program.
func versions(f *Facts, in *Installation) []finding {
	if err := cmp.Or(in.Deployments.Err, in.Pods.Err); err != nil {
		return unknown(err)
	}
	d := in.Deployment()
	if d == nil {
		return skip("there is no Deployment")
	}
	images := in.images(d)
	chart := d.Labels[versionLabel]
	status := "kubectl -n " + d.Namespace + " rollout status deployment/" + d.Name
	if len(images) > 1 {
		return warn(status, "replicas run different images: %s", strings.Join(slices.Sorted(maps.Keys(images)), ", "))
	}
	if registered := in.registeredAs(f, chart); registered != chart {
		return warn(in.upgrade(), "the registration is of version %s, and deployment %s/%s of %s: the chart was applied in part", registered, d.Namespace, d.Name, chart)
	}
	if release.MatchString(f.Version) && release.MatchString(chart) && strings.TrimPrefix(f.Version, "v") != strings.TrimPrefix(chart, "v") {
		return warn("install swage "+chart, "this program is %s, the server %s: what render, lint and explain say here may differ from what it does", f.Version, chart)
	}
	return ok("%s; this program is %s", serverVersion(chart, images), program(f.Version))
}

// images are those of the server that replicas run. What others put beside it, such
// as a mesh's proxy, has versions of its own.
func (in *Installation) images(d *appsv1.Deployment) map[string]bool {
	server := serverContainer(&d.Spec.Template.Spec)
	images := map[string]bool{}
	for _, pod := range in.ready() {
		for _, c := range pod.Spec.Containers {
			if c.Name == server {
				images[c.Image] = true
			}
		}
	}
	return images
}

// registeredAs is a version that a registration says and that is another, else that one.
func (in *Installation) registeredAs(f *Facts, chart string) string {
	for _, e := range in.shapes(f) {
		if registered := e.labels[versionLabel]; registered != "" && chart != "" && registered != chart {
			return registered
		}
	}
	return chart
}

// release is how versions of releases are written. What a build in a checkout calls itself is none.
var release = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$`)

func serverVersion(chart string, images map[string]bool) string {
	for image := range images {
		return "the server is " + image
	}
	return "the server is of chart version " + chart
}

func program(version string) string {
	if !release.MatchString(version) {
		return "no release"
	}
	return version
}
