package submitter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/podtemplate"
)

// basics makes the pod: names, labels, image, ports, environment, resources.
func (b *build) basics() error {
	if err := b.fromTemplate(); err != nil {
		return err
	}
	for _, part := range []func() error{b.metadata, b.image, b.ports, b.environment, b.resources, b.privileges, b.stage} {
		if err := part(); err != nil {
			return err
		}
	}
	b.placement()
	if !b.inJob {
		b.set(keyDriverPod, b.pod.Name)
	}
	if !b.newIDs() {
		b.set(keyAppID, b.appID)
	}
	b.set(keySubmitInDriver, "true")
	return nil
}

func (b *build) metadata() error {
	name := firstOf(b.conf.Get(keyDriverPod), b.prefix+"-driver")
	switch {
	case b.inJob:
	case !b.conf.Has(keyDriverPod) && len(name) > validation.DNS1123SubdomainMaxLength:
		return b.refuseAppName()
	case len(validation.IsDNS1123Subdomain(name)) > 0:
		return refuse("%s is %q: a pod's name has lower case letters, digits, - and . only, and at most 253 of them", keyDriverPod, name)
	}
	labels, err := b.chooseLabels(nil)
	if err != nil {
		return err
	}
	if b.inJob {
		name = "" // each attempt has one of its own, and an id
		labels[JobLabel] = b.jobName
	}
	if b.shell != nil {
		labels[ShellLabel] = b.shell.language
	}
	if b.newIDs() {
		delete(labels, podtemplate.AppIDLabel)
	}
	b.labels = labels
	b.describe(name, labels)
	return nil
}

// refuseAppName tells of a name that spark-submit would send to the API server as it is.
func (b *build) refuseAppName() error {
	return refuse("the application's name (--name, %s) has %d characters: what is made for it is called after it, and names have %d characters at most: give a shorter one",
		keyAppName, utf8.RuneCountInString(b.conf.Raw(keyAppName)), validation.DNS1123SubdomainMaxLength)
}

// describe gives the pod its name, its labels, and its annotations.
func (b *build) describe(name string, labels map[string]string) {
	meta := &b.pod.ObjectMeta
	meta.Name, meta.Namespace = name, b.namespace
	meta.Labels = merged(meta.Labels, labels)
	if notes := b.conf.Prefixed(b.side.annotations); len(notes) > 0 {
		for key, value := range notes {
			notes[key] = b.substitute(value)
		}
		meta.Annotations = merged(meta.Annotations, notes)
	}
}

// chooseLabels are those that all pods of Spark have, those of this side, and the settings'.
func (b *build) chooseLabels(sides map[string]string) (map[string]string, error) {
	own := merged(map[string]string{
		podtemplate.VersionLabel: b.version,
		podtemplate.AppIDLabel:   b.appID,
		podtemplate.AppNameLabel: AppLabel(b.conf.Raw(keyAppName)),
		podtemplate.RoleLabel:    string(b.side.role),
	}, sides)
	labels := b.conf.Prefixed(b.side.labels)
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if _, reserved := own[key]; reserved {
			return nil, refuse("Label with key %s is not allowed as it is reserved for Spark bookkeeping operations.", key)
		}
		if b.release.labelAppID {
			labels[key] = b.substitute(labels[key])
		}
	}
	return merged(labels, own), b.checkPodMetadata(labels)
}

// substitute replaces Spark's own placeholders. A driver has no executor's id;
// an executor's is filled in when there is one.
func (b *build) substitute(text string) string {
	text = strings.ReplaceAll(text, appIDInText, b.appID)
	if b.side.role == podtemplate.Driver {
		text = strings.ReplaceAll(text, executorIDInText, "")
	}
	return text
}

func (b *build) image() error {
	image := b.conf.Get(b.side.image, keyImage)
	if image == "" {
		return refuse("Must specify the %s container image: --conf %s=IMAGE", b.side.role, keyImage)
	}
	policy, err := b.conf.OneOf(keyPullPolicy, "IfNotPresent", "Always", "Never", "IfNotPresent")
	if err != nil {
		return err
	}
	b.container.Name = firstOf(b.container.Name, b.side.container)
	b.container.Image = image
	b.container.ImagePullPolicy = corev1.PullPolicy(policy)
	for _, secret := range b.conf.List(keyPullSecrets) {
		b.pod.Spec.ImagePullSecrets = append(b.pod.Spec.ImagePullSecrets, corev1.LocalObjectReference{Name: secret})
	}
	return nil
}

// driverPorts are the ports of the driver's pod or Service, and the setting of
// each, or what stands in for it.
func (b *build) driverPorts(blockManager ...string) ([]corev1.ContainerPort, error) {
	var ports []corev1.ContainerPort
	for _, p := range []struct {
		name     string
		keys     []string
		fallback int
		unless   bool
	}{
		{"driver-rpc-port", []string{keyDriverPort}, driverPort, false},
		{"blockmanager", blockManager, blockManagerPort, false},
		{uiPortName, []string{keyUIPort}, uiPort, false},
		{connectPortName, []string{keyConnectPort}, connectPort, !b.release.connectPort},
	} {
		key := p.keys[0]
		if !b.conf.Has(key) {
			key = p.keys[len(p.keys)-1]
		}
		port, err := b.conf.Int(key, p.fallback)
		if err != nil {
			return nil, err
		}
		if !p.unless {
			ports = append(ports, corev1.ContainerPort{Name: p.name, ContainerPort: int32(port), Protocol: corev1.ProtocolTCP})
		}
	}
	return ports, nil
}

func (b *build) ports() error {
	ports, err := b.driverPorts(keyDriverBlockPort, keyBlockPort)
	b.container.Ports = append(b.container.Ports, ports...)
	return err
}

func (b *build) environment() error {
	b.env(envUser, b.user())
	if !b.newIDs() {
		b.env(envAppID, b.appID)
	}
	custom := b.conf.Prefixed(keyDriverEnv)
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		b.env(name, custom[name])
	}
	if b.inJob {
		b.attemptEnv()
	}
	b.container.Env = append(b.container.Env, corev1.EnvVar{Name: envBindAddress, ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "status.podIP"},
	}})
	return nil
}

// user is SPARK_USER: with Kerberos who the application is for Hadoop's
// services, else who submits.
func (b *build) user() string {
	hadoop := b.hadoopUser()
	if !b.wantsKerberos {
		hadoop = firstOf(hadoop, b.client.getenv(envHadoopUser)) // which Hadoop believes without tickets only
	}
	user := firstOf(b.client.getenv(envUser), hadoop, b.client.user)
	if b.release.proxyIsUser {
		user = firstOf(b.app.proxyUser, user)
	}
	return user
}

// privileges of the container: 4.3 takes the way to more from it. Spark's value
// replaces a template's.
func (b *build) privileges() error {
	if !b.release.noEscalation {
		return nil
	}
	key := b.side.escalation
	if !b.conf.Has(key) {
		key = keyEscalation
	}
	allowed, err := b.conf.Bool(key, false)
	if b.container.SecurityContext == nil {
		b.container.SecurityContext = &corev1.SecurityContext{}
	}
	b.container.SecurityContext.AllowPrivilegeEscalation = &allowed
	return err
}

func (b *build) placement() {
	spec := &b.pod.Spec
	spec.RestartPolicy = corev1.RestartPolicyNever
	selector := merged(b.conf.Prefixed(keyNodeSelector), b.conf.Prefixed(b.side.selector))
	if len(selector) > 0 {
		spec.NodeSelector = merged(spec.NodeSelector, selector)
	}
	if scheduler := b.conf.Get(b.side.scheduler, keyScheduler); scheduler != "" {
		spec.SchedulerName = scheduler
	}
}

// quantity reads a setting that Kubernetes reads as an amount.
func quantity(key, value string) (resource.Quantity, error) {
	amount, err := resource.ParseQuantity(value)
	if err != nil {
		return amount, fmt.Errorf("%s is %q: expected an amount such as 500m or 2", key, value)
	}
	return amount, nil
}
