package submitter

import (
	"maps"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"swage.dev/swage/podtemplate"
)

// service makes the headless Service by which executors find the driver.
func (b *build) service() error {
	if b.conf.Has(keyDriverBind) {
		return refuse("%s is not supported in Kubernetes mode, as the driver's bind address is managed and set to the driver pod's IP address.", keyDriverBind)
	}
	spec, err := b.serviceSpec()
	if err != nil {
		return err
	}
	b.set(keyDriverPort, strconv.Itoa(int(spec.Ports[0].Port)))
	b.set(keyDriverBlockPort, strconv.Itoa(int(spec.Ports[1].Port)))
	labels, notes := b.conf.Prefixed(keyServiceLabel), b.conf.Prefixed(keyServiceNote)
	if b.inJob { // executors know their driver by its address
		if len(labels)+len(notes) > 0 {
			b.note(keyServiceLabel + "* and " + keyServiceNote + "* mean nothing: a Job's drivers have no Service")
		}
		return nil
	}
	name, err := b.serviceName()
	if err != nil {
		return err
	}
	if err := checkMetadata(keyServiceLabel, labels, keyServiceNote, notes); err != nil {
		return err
	}
	meta := b.named(name)
	meta.Labels = merged(labels, map[string]string{podtemplate.AppIDLabel: b.appID})
	if len(notes) > 0 {
		meta.Annotations = notes
	}
	b.own(&corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: meta, Spec: *spec})
	b.set(keyDriverHost, name+"."+b.namespace+".svc")
	return nil
}

// serviceName is the driver's, unless that is too long for a Service.
func (b *build) serviceName() (string, error) {
	const suffix = "-driver-svc"
	if name := b.prefix + suffix; len(name) <= dnsLabel {
		return name, nil
	}
	unique, err := b.ids.unique()
	return "spark-" + unique + suffix, err
}

func (b *build) serviceSpec() (*corev1.ServiceSpec, error) {
	policy, err := b.conf.OneOf(keyIPPolicy, "SingleStack", "SingleStack", "PreferDualStack", "RequireDualStack")
	if err != nil {
		return nil, err
	}
	if _, err := b.conf.OneOf(keyIPFamilies, "IPv4", "IPv4", "IPv6", "IPv4,IPv6", "IPv6,IPv4"); err != nil {
		return nil, err
	}
	// Spark's Service does not heed the common port of block managers, its pod does.
	ports, err := b.driverPorts(keyDriverBlockPort)
	if err != nil {
		return nil, err
	}
	spec := &corev1.ServiceSpec{
		ClusterIP: corev1.ClusterIPNone, IPFamilyPolicy: new(corev1.IPFamilyPolicy(policy)), Selector: maps.Clone(b.labels),
	}
	if b.release.notReadyInDriver {
		if spec.PublishNotReadyAddresses, err = b.conf.Bool(keyNotReady, false); err != nil {
			return nil, err
		}
	}
	for _, family := range b.families() {
		spec.IPFamilies = append(spec.IPFamilies, corev1.IPFamily(family))
	}
	for _, p := range ports {
		spec.Ports = append(spec.Ports, b.servicePort(p))
	}
	return spec, nil
}

func (b *build) servicePort(p corev1.ContainerPort) corev1.ServicePort {
	port := corev1.ServicePort{Name: p.Name, Port: p.ContainerPort, TargetPort: intstr.FromInt32(p.ContainerPort)}
	if p.Name == connectPortName && b.release.connectIsGRPC {
		port.AppProtocol = new("grpc")
	}
	return port
}

func (b *build) families() []string {
	if families := b.conf.List(keyIPFamilies); len(families) > 0 {
		return families
	}
	return []string{"IPv4"}
}

// uiPortName is what Spark calls the port of the driver's web interface.
const uiPortName = "spark-ui"

// UIPort is the port of a driver's web interface: the one that its pod names, else Spark's own.
func UIPort(driver *corev1.Pod) uint16 {
	for _, c := range driver.Spec.Containers {
		for _, port := range c.Ports {
			if port.Name == uiPortName && port.ContainerPort > 0 {
				return uint16(port.ContainerPort)
			}
		}
	}
	return uiPort
}
