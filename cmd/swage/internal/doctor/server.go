package doctor

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
)

// Deployment is the one behind the Service, nil for none: the Service selects
// its pods or, where the Service is gone, it names the Service.
func (in *Installation) Deployment() *appsv1.Deployment {
	for i := range in.Deployments.Value {
		d := &in.Deployments.Value[i]
		if s := in.Service.Value; s != nil && len(s.Spec.Selector) > 0 && labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(d.Spec.Template.Labels)) {
			return d
		}
	}
	for i := range in.Deployments.Value {
		if d := &in.Deployments.Value[i]; settingsOf(d)["service"] == in.Place.Service {
			return d
		}
	}
	return nil
}

// name is the Deployment's, or where there is none the Service's, which the chart calls the same.
func (in *Installation) name() string {
	if d := in.Deployment(); d != nil {
		return d.Name
	}
	return in.Place.Service
}

// settings are the flags of a server's command line, by name.
type settings map[string]string

func settingsOf(d *appsv1.Deployment) settings {
	all := settings{}
	if d == nil {
		return all
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		for _, arg := range append(c.Command, c.Args...) {
			if name, value, given := strings.Cut(arg, "="); strings.HasPrefix(name, "--") {
				if !given {
					value = "true"
				}
				all[strings.TrimPrefix(name, "--")] = value
			}
		}
	}
	return all
}

// ClassOf is that of a server by its Deployment, "" for the one without.
func ClassOf(d *appsv1.Deployment) string { return settingsOf(d)["class"] }

// service is the name of the Service in front of the server.
func (s settings) service(otherwise string) string {
	if name := s["service"]; len(validation.IsDNS1123Label(name)) == 0 {
		return name
	}
	return otherwise
}

func (s settings) text(name, otherwise string) string {
	if value, given := s[name]; given {
		return value
	}
	return otherwise
}

func (in *Installation) settings() settings { return settingsOf(in.Deployment()) }

// Secret is where the certificate is kept, "" where that is not known.
func (in *Installation) Secret() string {
	d := in.Deployment()
	if d == nil {
		return ""
	}
	if s := settingsOf(d); s.text("certificates", "self") != "files" {
		return s.text("secret", "swage-webhook-tls")
	}
	for _, v := range d.Spec.Template.Spec.Volumes {
		if v.Secret != nil {
			return v.Secret.SecretName
		}
	}
	return ""
}

// FillsSecret says who fills the Secret, for one that is not there.
func (in *Installation) FillsSecret() string {
	switch in.settings()["certificates"] {
	case "files":
		return "create it with tls.crt and tls.key"
	case "cert-manager":
		return "cert-manager makes it, if its Certificate is there and ready"
	}
	return "create it empty, and the server fills it"
}

// serverContainer is the name of the container that answers API servers, "" for none.
func serverContainer(spec *corev1.PodSpec) string {
	for _, c := range spec.Containers {
		if slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.Name == ServingPort }) {
			return c.Name
		}
	}
	return ""
}

// Port is the number of a pod's port with a name, 0 for none.
func Port(pod *corev1.Pod, name string) uint16 {
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == name {
				return uint16(p.ContainerPort)
			}
		}
	}
	return 0
}

// Names of the server's ports, as the chart has them.
const (
	ServingPort = "https"
	StatusPort  = "status"
)

// Ready tells whether a pod is, and stays.
func Ready(pod *corev1.Pod) bool {
	if pod.DeletionTimestamp != nil {
		return false
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

func (in *Installation) ready() (all []*corev1.Pod) {
	for i := range in.Pods.Value {
		if Ready(&in.Pods.Value[i]) {
			all = append(all, &in.Pods.Value[i])
		}
	}
	return all
}

// helmRelease is the annotation by which Helm knows its own.
const helmRelease = "meta.helm.sh/release-name"

// upgrade is how the chart's objects are put right again, with values of the chart as --set takes them.
func (in *Installation) upgrade(values ...string) string {
	release := ""
	if d := in.Deployment(); d != nil {
		release = d.Annotations[helmRelease]
	}
	if s := in.Service.Value; s != nil && release == "" {
		release = s.Annotations[helmRelease]
	}
	if len(validation.IsDNS1123Subdomain(release)) > 0 { // nobody's, or none that Helm would take
		command := "apply the chart's manifests again (kubectl apply -k deploy/manifests, or as your GitOps tool does)"
		if len(values) > 0 {
			command += ", with " + strings.Join(values, ", ")
		}
		return command
	}
	command := "helm upgrade " + release + " deploy/chart -n " + in.Place.Namespace + " --reset-then-reuse-values"
	for _, value := range values {
		command += " --set " + value
	}
	return command
}

// logs is how to read what all replicas say about something.
func (in *Installation) logs(about string) string {
	pods := "deployment/" + in.Place.Service
	if d := in.Deployment(); d != nil {
		pods = "-l " + metav1.FormatLabelSelector(d.Spec.Selector) + " --tail=-1"
	}
	return "kubectl -n " + in.Place.Namespace + " logs " + pods + " | grep -i " + about
}
