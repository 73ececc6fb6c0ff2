package submitter

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/sparkconf"
)

// build is a plan in the making.
type build struct {
	options Options
	client  *client
	app     *application
	release release
	version string
	side    side // whose pod is being built
	ids     ids

	// executorsBy is who makes the executors, executorPrefix begins the names of
	// those that the plan makes.
	executorsBy    ExecutorsBy
	executorPrefix string
	fixedPrefix    string // the user's
	executors      *Executors
	authSecret     string // of spark.authenticate, which the plan made; "": none
	helper         string // what waits for the driver: an image, HelperBash or HelperNone

	wantsKerberos bool    // Hadoop's configuration says so
	tokens        *Tokens // that were obtained; nil: none

	assumed     bool              // nothing says which version of Spark it is
	clientFiles map[string]string // the client's part of /opt/spark/conf
	handed      []byte            // the pod template of executors, as the driver has it; nil: none

	// surroundings are the variables of the process that, with Spark, builds the
	// pod: the client's for the driver, the driver's for executors.
	surroundings func(name string) (string, bool)

	// conf is what the user set, and what later becomes spark.properties;
	// steps read it and write props, as Spark's do.
	conf  *sparkconf.Conf
	props map[string]string

	// wished is conf before the driver was told that others make its executors.
	wished *sparkconf.Conf

	namespace, appID string
	prefix           string // of the names of resources
	inJob            bool   // a Job makes the driver
	shell            *shell // the driver is one; nil: it runs a program
	jobName          string // of the Job or the CronJob
	job              *batchv1.Job
	cronJob          *batchv1.CronJob
	confMap, scratch string
	labels           map[string]string // the driver's

	pod       *corev1.Pod // without the Spark container
	container *corev1.Container
	local     localFiles
	staging   *Staging
	uploads   *Upload
	before    []Object // exist before the driver does
	owned     []Object
	redacted  []string
	access    Access
	wait      bool
}

func (b *build) note(text string) {
	if text != "" {
		b.app.note(text)
	}
}

func (b *build) set(key, value string) { b.props[key] = value }

func (b *build) own(object Object) { b.owned = append(b.owned, object) }

func (b *build) named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: b.namespace}
}

func (b *build) mount(volume corev1.Volume, mount corev1.VolumeMount) {
	b.pod.Spec.Volumes = append(b.pod.Spec.Volumes, volume)
	mount.Name = volume.Name
	b.container.VolumeMounts = append(b.container.VolumeMounts, mount)
}

func (b *build) env(name, value string) {
	b.container.Env = append(b.container.Env, corev1.EnvVar{Name: name, Value: value})
}

// ownConfigMap adds an immutable ConfigMap.
func (b *build) ownConfigMap(name string, data map[string]string) { b.ownConfigMapOf(name, data, nil) }

// ownConfigMapOf is ownConfigMap with data that is no text.
func (b *build) ownConfigMapOf(name string, data map[string]string, binary map[string][]byte) {
	b.own(&corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: b.named(name),
		Immutable: new(true), Data: data, BinaryData: binary,
	})
}

// ownSecret adds an immutable Secret.
func (b *build) ownSecret(name string, data map[string][]byte) {
	b.own(&corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}, ObjectMeta: b.named(name),
		Immutable: new(true), Data: data,
	})
}

func (b *build) objects() *Objects {
	if b.newIDs() {
		b.appID = "" // known when an attempt begins
	}
	return &Objects{
		Driver: b.pod, Job: b.job, CronJob: b.cronJob, Before: b.before, Owned: b.owned, Server: b.conf.Raw(keyMaster)[len(masterPrefix):], Namespace: b.namespace,
		Executors: b.executors, ExecutorPrefix: b.fixedPrefix, AppName: b.conf.Raw(keyAppName), AppID: b.appID, Access: b.access, Wait: b.wait,
		Templates: b.options.Templates, Staging: b.staging, Upload: b.uploads, Notes: b.app.notes, Redacted: b.redacted,
	}
}

func configMapVolume(name, configMap string, items ...corev1.KeyToPath) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: configMap}, Items: items,
	}}}
}

func secretVolume(name, secret string, items ...corev1.KeyToPath) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret, Items: items}}}
}
