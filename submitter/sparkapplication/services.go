package sparkapplication

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"swage.dev/swage/podtemplate"
)

// serviceRows are the ways to the driver, and what keeps it.
var serviceRows = []row{
	{"sparkUIOptions.servicePort", Mapped, "a Service `NAME-ui-ID` of its own beside Spark's, for each of these fields; 4040 unless it says otherwise", (*mapping).takeUI, false},
	{"sparkUIOptions.servicePortName", Mapped, "its port's name; `spark-driver-ui-port` unless it says otherwise", nil, false},
	{"sparkUIOptions.serviceType", Mapped, "its type; `ClusterIP` unless it says otherwise", nil, false},
	{"sparkUIOptions.serviceAnnotations", Mapped, "its annotations", nil, false},
	{"sparkUIOptions.serviceLabels", Mapped, "its labels", nil, false},
	{"sparkUIOptions.ingressAnnotations", Approximated, "no Ingress: its URL is the operator's configuration. `driverIngressOptions` with the port 4040 makes one, `swage ui` needs none", nil, false},
	{"sparkUIOptions.ingressTLS", Approximated, "as `ingressAnnotations`", nil, false},
	{"driverIngressOptions.servicePort", Mapped, "a Service `NAME-PORT-ID`", (*mapping).takeIngresses, false},
	{"driverIngressOptions.servicePortName", Mapped, "its port's name", nil, false},
	{"driverIngressOptions.serviceType", Mapped, "its type; `ClusterIP` unless it says otherwise", nil, false},
	{"driverIngressOptions.serviceAnnotations", Mapped, "its annotations", nil, false},
	{"driverIngressOptions.serviceLabels", Mapped, "its labels", nil, false},
	{"driverIngressOptions.ingressURLFormat", Mapped, "the host and path of an Ingress of the cluster's default class, with `{{$appName}}` and `{{$appNamespace}}` filled in; `{{$appId}}` is an error, since the id is not known when the Ingress is made. Below a path, nginx's annotation `rewrite-target` takes the path away", nil, false},
	{"driverIngressOptions.ingressAnnotations", Mapped, "its annotations", nil, false},
	{"driverIngressOptions.ingressTLS", Mapped, "its TLS", nil, false},
	{"driverPodDisruptionBudget", Mapped, "a PodDisruptionBudget that keeps the driver from evictions", (*mapping).takeBudget, false},
}

// submissionLabel is the operator's label of the pods of one submission. What
// selects drivers does it by this: Spark's own label is not known before there
// is a driver, and each try of a Job has another.
const submissionLabel = Group + "/submission-id"

// selectDriver labels the driver for a selector.
func (m *mapping) selectDriver() map[string]string {
	m.app.Line.Conf[driverSide.kubernetes+"label."+submissionLabel] = m.token
	return map[string]string{submissionLabel: m.token, podtemplate.RoleLabel: string(podtemplate.Driver)}
}

func (m *mapping) takeUI() {
	ui := m.spec.SparkUIOptions
	if ui == nil {
		return
	}
	for field, given := range map[string]bool{"ingressAnnotations": len(ui.IngressAnnotations) > 0, "ingressTLS": len(ui.IngressTLS) > 0} {
		if given {
			m.warn("sparkUIOptions."+field, "no Ingress is made: its URL is the operator's configuration; driverIngressOptions makes one, and swage ui needs none")
		}
	}
	if ui.ServicePort == nil && ui.ServicePortName == "" && ui.ServiceType == "" && ui.ServiceAnnotations == nil && ui.ServiceLabels == nil {
		return
	}
	target := m.number("spark.ui.port", 4040)
	number := target
	if ui.ServicePort != nil {
		number = *ui.ServicePort
	}
	m.service("sparkUIOptions", "ui", ui.ServiceType, ui.ServiceLabels, ui.ServiceAnnotations, corev1.ServicePort{
		Name: cmp.Or(ui.ServicePortName, "spark-driver-ui-port"), Port: number, TargetPort: intstr.FromInt32(target),
	})
}

// number is a setting, or what it is where nobody says it.
func (m *mapping) number(key string, fallback int32) int32 {
	value, err := strconv.ParseInt(m.app.Line.Conf[key], 10, 32)
	if err != nil { // what is no number is refused with the settings
		return fallback
	}
	return int32(value)
}

// service makes a Service for the driver, and returns its name.
func (m *mapping) service(field, what string, kind corev1.ServiceType, labels, notes map[string]string, at corev1.ServicePort) string {
	m.oneOf(field+".serviceType", string(kind), string(corev1.ServiceTypeClusterIP), string(corev1.ServiceTypeNodePort), string(corev1.ServiceTypeLoadBalancer))
	if at.Port < 1 || at.Port > 65535 {
		m.invalid(field+".servicePort", "%d: expected 1 to 65535", at.Port)
	}
	name := suffixed(m.app.Name, what+"-"+m.token[:8])
	at.Protocol = corev1.ProtocolTCP
	m.own(&corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels, Annotations: notes},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceType(cmp.Or(string(kind), string(corev1.ServiceTypeClusterIP))), Selector: m.selectDriver(), Ports: []corev1.ServicePort{at},
		},
	})
	return name
}

func (m *mapping) takeIngresses() {
	ports, urls := map[int32]bool{}, map[string]bool{}
	for i := range m.spec.DriverIngressOptions {
		o, field := &m.spec.DriverIngressOptions[i], "driverIngressOptions."+strconv.Itoa(i)
		if ports[o.ServicePort] || urls[o.IngressURLFormat] {
			m.invalid(field, "another one has the same servicePort or ingressURLFormat")
			continue
		}
		ports[o.ServicePort], urls[o.IngressURLFormat] = true, true
		service := m.service(field, strconv.Itoa(int(o.ServicePort)), o.ServiceType, o.ServiceLabels, o.ServiceAnnotations, corev1.ServicePort{
			Name: o.ServicePortName, Port: o.ServicePort, TargetPort: intstr.FromInt32(o.ServicePort),
		})
		if to := m.ingressURL(field, o.IngressURLFormat); to != nil {
			m.own(ingress(service, to, o))
		}
	}
}

var placeholder = regexp.MustCompile(`{{\s*[$](\w+)\s*}}`)

// ingressURL is where an Ingress leads from, nil for what is none.
func (m *mapping) ingressURL(field, format string) *url.URL {
	values := map[string]string{"appName": m.app.Name, "appNamespace": cmp.Or(m.app.Namespace, "default")}
	text := placeholder.ReplaceAllStringFunc(format, func(found string) string {
		name := placeholder.FindStringSubmatch(found)[1]
		if _, known := values[name]; !known {
			m.invalid(field+".ingressURLFormat", "{{$%s}} is not known when the Ingress is made: appName and appNamespace are", name)
		}
		return values[name]
	})
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	to, err := url.Parse(text)
	if err != nil || to.Hostname() == "" && to.Path == "" {
		m.invalid(field+".ingressURLFormat", "expected a URL such as {{$appName}}.example.com/ui")
		return nil
	}
	return to
}

func ingress(service string, to *url.URL, o *ingressOptions) *networkingv1.Ingress {
	notes, path := map[string]string{}, strings.TrimSuffix(to.Path, "/")
	for key, value := range o.IngressAnnotations {
		notes[key] = value
	}
	if path != "" {
		path += "(/|$)(.*)"
		notes["nginx.ingress.kubernetes.io/rewrite-target"] = "/$2"
	}
	return &networkingv1.Ingress{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "Ingress"},
		ObjectMeta: metav1.ObjectMeta{Name: service, Annotations: notes},
		Spec: networkingv1.IngressSpec{TLS: o.IngressTLS, Rules: []networkingv1.IngressRule{{
			Host: to.Hostname(),
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
				Path: cmp.Or(path, "/"), PathType: new(networkingv1.PathTypeImplementationSpecific),
				Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
					Name: service, Port: networkingv1.ServiceBackendPort{Number: o.ServicePort},
				}},
			}}}},
		}}},
	}
}

func (m *mapping) takeBudget() {
	if wanted := m.spec.DriverPodDisruptionBudget; wanted == nil || !*wanted {
		return
	}
	m.own(&policyv1.PodDisruptionBudget{
		TypeMeta:   metav1.TypeMeta{APIVersion: policyv1.SchemeGroupVersion.String(), Kind: "PodDisruptionBudget"},
		ObjectMeta: metav1.ObjectMeta{Name: suffixed(m.app.Name, "driver-"+m.token[:8])},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MinAvailable: new(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{MatchLabels: m.selectDriver()},
		},
	})
}
