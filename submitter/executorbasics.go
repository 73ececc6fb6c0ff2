package submitter

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/properties"
)

// basics makes the pod: labels, image, ports, environment, resources.
func (e *executorBuild) basics() error {
	for _, part := range []func() error{e.metadata, e.image, e.ports, e.environment, e.resources, e.privileges, e.end, e.ownConf} {
		if err := part(); err != nil {
			return err
		}
	}
	e.placement()
	e.container.Args = append(e.container.Args, string(podtemplate.Executor))
	return nil
}

// profileLabel is the label of a resource profile; there is the default one only.
const (
	profileLabel   = "spark-exec-resourceprofile-id"
	defaultProfile = "0"
)

func (e *executorBuild) metadata() error {
	if err := e.fromTemplate(); err != nil {
		return err
	}
	labels, err := e.chooseLabels(map[string]string{podtemplate.ExecutorIDLabel: "", profileLabel: defaultProfile})
	if err != nil {
		return err
	}
	e.describe("", labels)
	for key := range e.conf.Prefixed(keyExecutorNote) {
		e.places = append(e.places, place{Annotation: key})
	}
	if !e.release.labelAppID {
		return nil
	}
	for key := range e.conf.Prefixed(keyExecutorLabel) {
		e.places = append(e.places, place{Label: key})
	}
	return nil
}

func (e *executorBuild) ports() error {
	port, err := e.conf.Int(keyBlockPort, blockManagerPort)
	switch {
	case err != nil:
		return err
	case port == 0:
		return nil // any that is free: there is none to declare
	case port < 1024 || port > 65535:
		return refuse("%s is %d: port number must be 0 or in [1024, 65535]", keyBlockPort, port)
	}
	e.container.Ports = append(e.container.Ports, corev1.ContainerPort{Name: "blockmanager", ContainerPort: int32(port)})
	return nil
}

// end is how the container stops.
func (e *executorBuild) end() error {
	if e.release.executorGrace {
		grace, err := e.conf.Seconds(keyExecutorGrace, executorGrace)
		if err != nil {
			return err
		}
		e.pod.Spec.TerminationGracePeriodSeconds = &grace
	}
	decommission, err := e.conf.Bool(keyDecommission, false)
	if decommission {
		script := firstOf(e.conf.Get(keyDecommissionScript), decommissionFile)
		e.container.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{script}}}}
	}
	return err
}

// withIDs sets a variable in which an executor's id is filled in.
func (e *executorBuild) withIDs(name, value string) {
	i := len(e.container.Env)
	e.env(name, strings.ReplaceAll(value, "{{APP_ID}}", e.appID))
	if strings.Contains(value, executorIDInText) {
		e.places = append(e.places, place{Variable: &i})
	}
}

// environment is in Spark's order.
func (e *executorBuild) environment() error {
	cores, err := e.usedCores()
	if err != nil {
		return err
	}
	heap, err := e.conf.MiB(keyExecutorMemory, executorMemoryMiB)
	if err != nil {
		return err
	}
	user, _ := e.surroundings(envUser)
	e.env(envUser, user)
	e.env(envDriverURL, fmt.Sprintf("spark://%s@%s:%s", schedulerName, e.conf.Get(keyDriverHost), e.conf.Get(keyDriverPort)))
	e.env(envExecCores, strconv.Itoa(cores))
	e.env(envExecMem, fmt.Sprintf("%dm", heap))
	e.env(envAppID, e.appID)
	e.env(envConfDir, confDir)
	e.withIDs(envExecutorID, executorIDInText)
	e.env(envProfileID, defaultProfile)
	if e.release.executorAttributes && e.conf.Has(keyLogURL) {
		e.env(envAttributeApp, e.appID)
		e.withIDs(envAttributeID, executorIDInText)
	}
	e.ownVariables()
	e.paths()
	for i, option := range e.javaOptions() {
		e.withIDs(envJavaOption+strconv.Itoa(i), option)
	}
	e.fieldVariables()
	return nil
}

var variableName = regexp.MustCompile(`^[-._a-zA-Z][-._a-zA-Z0-9]*$`)

// ownVariables are spark.executorEnv.*; Spark leaves out what is no name of a variable.
func (e *executorBuild) ownVariables() {
	custom := e.conf.Prefixed(keyExecutorEnv)
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		if variableName.MatchString(name) {
			e.env(name, custom[name])
		} else {
			e.note(keyExecutorEnv + name + " is left out: no name of a variable")
		}
	}
}

func (e *executorBuild) paths() {
	if path, found := e.conf.Lookup(keyExecutorClassPath); found {
		e.env(envClassPath, path)
	}
	if path, found := e.conf.Lookup(keyExecutorLibraryPath); found && e.release.executorLibraries {
		e.env(envLibraryPath, path)
	}
}

func (e *executorBuild) fieldVariables() {
	for _, f := range []struct{ name, path string }{{envExecutorIP, "status.podIP"}, {envExecutorPod, "metadata.name"}} {
		e.container.Env = append(e.container.Env, corev1.EnvVar{Name: f.name, ValueFrom: &corev1.EnvVarSource{
			FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: f.path},
		}})
	}
}

// executorConfData is what the driver's ConfigMap for executors has: of the
// settings only the namespace.
func (e *executorBuild) executorConfData() map[string]string {
	namespace := map[string]string{keyNamespace: e.namespace}
	return merged(merged(e.clientFiles, namespace), map[string]string{confFile: properties.Format(namespace)})
}

// fillClaims lets each executor's pod name its own claims.
func (e *executorBuild) fillClaims() {
	for i, v := range e.pod.Spec.Volumes {
		if c := v.PersistentVolumeClaim; c != nil && strings.Contains(c.ClaimName, executorIDInText) {
			e.places = append(e.places, place{Volume: &i})
		}
	}
}
