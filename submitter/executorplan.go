package submitter

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/sparkconf"
)

// executorBuild is a plan of executors in the making. Its part of a build has
// the executors' side: their pod, and the settings as the driver sees them.
type executorBuild struct {
	*build
	places []place
}

// makeExecutors builds what the driver would build for each executor. It comes
// last: executors follow what the driver's process will find in its settings
// and in its environment.
func (b *build) makeExecutors() error {
	if b.executorsBy == ByDriver {
		return nil
	}
	e := b.forExecutors()
	for _, step := range executorSteps() {
		if err := step(e); err != nil {
			return err
		}
	}
	return b.keepExecutors(e)
}

// executorSteps are Spark's, in its order.
func executorSteps() []func(*executorBuild) error {
	return []func(*executorBuild) error{
		(*executorBuild).basics,
		(*executorBuild).account,
		func(e *executorBuild) error { return e.mountSecrets() },
		func(e *executorBuild) error { return e.secretEnv() },
		func(e *executorBuild) error { return e.mountVolumes() },
		(*executorBuild).hadoop,
		func(e *executorBuild) error { return e.scratchSpace() },
		(*executorBuild).volcano,
	}
}

// forExecutors is the view of the driver's process: its settings are those of
// spark.properties, its variables those of its container.
func (b *build) forExecutors() *executorBuild {
	e := *b
	e.side, e.owned, e.props = executorSide, nil, nil
	e.surroundings = variablesOf(b.container)
	e.conf = sparkconf.New(merged(b.wished.All(), b.props))
	e.conf.SetEnv(e.surroundings)
	if file := b.wished.Get(keyExecutorTemplate); file != "" {
		e.conf.Set(keyExecutorTemplate, file) // the driver reads a copy of it
	}
	return &executorBuild{build: &e}
}

// variablesOf looks variables up as the container's process does: of several
// with one name the last counts. Those that only the image or the cluster know
// are not found.
func variablesOf(container *corev1.Container) func(string) (string, bool) {
	values := map[string]string{}
	for _, variable := range container.Env {
		values[variable.Name] = variable.Value
		if variable.ValueFrom != nil {
			delete(values, variable.Name)
		}
	}
	return func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	}
}

// keepExecutors adds the result to the plan.
func (b *build) keepExecutors(e *executorBuild) error {
	count, err := b.executorCount()
	if err != nil {
		return err
	}
	driversClaims, err := b.wished.Bool(keyOwnClaims, true)
	if err != nil {
		return err
	}
	numbers, err := b.numbering(count)
	if err != nil {
		return err
	}
	e.waiter()
	e.pod.Spec.Containers = append(e.pod.Spec.Containers, *e.container)
	e.fillClaims()
	b.executors = &Executors{
		By: b.executorsBy, Count: count, Gang: b.options.Gang, OwnClaims: !driversClaims, Templates: b.options.Templates,
		pod: e.pod, places: e.places, numbers: numbers,
	}
	for _, object := range e.owned {
		if claim, ok := object.(*corev1.PersistentVolumeClaim); ok {
			b.executors.claims = append(b.executors.claims, claim)
		} else {
			b.own(object)
		}
	}
	if b.executorsBy == BySubmitter {
		return b.recordExecutors()
	}
	return nil
}

func (b *build) executorCount() (int, error) { return b.wished.Int(keyInstances, executorsDefault) }

// sparks is the Spark container of an executor's pod: the last.
func sparks(pod *corev1.Pod) *corev1.Container {
	return &pod.Spec.Containers[len(pod.Spec.Containers)-1]
}

// account is the template's, else the settings': executors' own, else the driver's.
func (e *executorBuild) account() error {
	// Of the two names of one field Spark looks at the older only.
	if account := e.conf.Get(keyExecutorAccount, keyDriverAccount); e.pod.Spec.DeprecatedServiceAccount == "" && account != "" {
		e.pod.Spec.ServiceAccountName, e.pod.Spec.DeprecatedServiceAccount = account, account
	}
	return nil
}

// hadoop mounts the ConfigMap that the driver has.
func (e *executorBuild) hadoop() error {
	if name := e.conf.Get(keyExecutorHadoop); name != "" {
		e.mount(configMapVolume(hadoopVolume, name), corev1.VolumeMount{MountPath: hadoopDir})
		e.env(envHadoopConf, hadoopDir)
	}
	return nil
}

// volcano puts the executor into the application's group.
func (e *executorBuild) volcano() error {
	if slices.Contains(e.conf.List(keyExecutorSteps), stepPackage+volcanoStep) {
		e.pod.Annotations = merged(e.pod.Annotations, map[string]string{podGroupAnnotation: e.podGroupName()})
	}
	return nil
}

// ownConf mounts the client's files as the driver passes them on: without the
// settings, which executors ask the driver for.
func (e *executorBuild) ownConf() error {
	none, err := e.conf.Bool(keyNoExecutorConf, false)
	if none || err != nil {
		return err
	}
	unique, err := e.ids.unique()
	if err != nil {
		return err
	}
	name := "spark-exec-" + unique + "-conf-map"
	e.mount(configMapVolume(executorConf, name, confItems(e.clientFiles)...), corev1.VolumeMount{MountPath: confDir})
	e.ownConfigMap(name, e.executorConfData())
	e.owned[len(e.owned)-1].SetLabels(map[string]string{
		podtemplate.AppIDLabel: e.appID, podtemplate.RoleLabel: string(podtemplate.Executor),
	})
	return nil
}
