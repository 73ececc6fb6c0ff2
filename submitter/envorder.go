package submitter

import (
	"fmt"
	"regexp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// orderEnv has the driver's variables come after those that they refer to. spark-submit's driver has them in Spark's order, whatever
// its pod template refers to; a manifest's and a Job's are no pods of spark-submit's.
func (b *build) orderEnv() {
	if b.inJob || b.options.Given.DriverTemplate != nil {
		b.container.Env = referencesLast(b.container.Env)
	}
}

// noteEnvOrder warns of executors' variables that Spark, which puts settings behind the pod template, leaves without those that they
// refer to. Behind a webhook's the settings are there already.
func (b *build) noteEnvOrder() {
	var template corev1.PodTemplateSpec
	if b.options.Given.Named || yaml.Unmarshal(b.options.Given.ExecutorTemplate, &template) != nil || len(template.Spec.Containers) == 0 {
		return
	}
	known := map[string]bool{}
	for _, v := range template.Spec.Containers[0].Env {
		for _, name := range refersTo(v) {
			if !known[name] && (b.conf.Has(keyExecutorEnv+name) || b.conf.Has(keyExecutorKeyRef+name)) {
				b.note(fmt.Sprintf("$(%s) in the executors' variable %s stays as it is written: Spark puts %s behind it, unless the webhook is there and you may write templates", name, v.Name, name))
			}
		}
		known[v.Name] = true
	}
}

// variableReference is how a variable's value has another's in it. $$ is a $.
var variableReference = regexp.MustCompile(`\$\$|\$\(([^()]+)\)`)

// refersTo are the variables that one's value has in it.
func refersTo(v corev1.EnvVar) []string {
	var names []string
	for _, found := range variableReference.FindAllStringSubmatch(v.Value, -1) {
		if found[1] != "" {
			names = append(names, found[1])
		}
	}
	return names
}

// ordering are variables on their way into an order.
type ordering struct {
	done    []corev1.EnvVar
	known   map[string]bool
	later   map[string]int // how often a name is still to come
	waiting []corev1.EnvVar
}

// referencesLast moves variables behind those that they refer to: Kubernetes leaves $(NAME) as it is written where NAME comes later.
// All others keep their order, and so do two of one name, of which the last counts.
func referencesLast(env []corev1.EnvVar) []corev1.EnvVar {
	o := ordering{known: map[string]bool{}, later: map[string]int{}}
	for _, v := range env {
		o.later[v.Name]++
	}
	for _, v := range env {
		o.later[v.Name]--
		if o.later[v.Name] == 0 && o.tooEarly(v) {
			o.waiting = append(o.waiting, v)
		} else {
			o.take(v)
		}
	}
	return append(o.done, o.waiting...) // which refer to each other
}

func (o *ordering) tooEarly(v corev1.EnvVar) bool {
	return slices.ContainsFunc(refersTo(v), func(name string) bool {
		return name != v.Name && !o.known[name] && (o.later[name] > 0 || o.waits(name))
	})
}

func (o *ordering) waits(name string) bool {
	return slices.ContainsFunc(o.waiting, func(v corev1.EnvVar) bool { return v.Name == name })
}

// take puts a variable into its place, and behind it those that waited for it.
func (o *ordering) take(v corev1.EnvVar) {
	o.done, o.known[v.Name] = append(o.done, v), true
	for i := 0; i < len(o.waiting); i++ {
		if next := o.waiting[i]; !o.tooEarly(next) {
			o.waiting = slices.Delete(o.waiting, i, i+1)
			o.done, o.known[next.Name] = append(o.done, next), true
			i = -1 // others may have waited for this one
		}
	}
}
