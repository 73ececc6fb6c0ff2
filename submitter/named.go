package submitter

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
)

// executorEntry is the key of a template's data that is for executors.
const executorEntry = "executor.yaml"

// nameTemplates makes what is given for executors templates of mode named, and
// lets executors ask for them. Spark's own values stay as they are, but for
// the limit of the memory, which Spark writes itself: that template replaces it.
func (b *build) nameTemplates() error {
	given := &b.options.Given
	if !given.Named {
		return nil
	}
	var made []*corev1.ConfigMap
	if given.ExecutorTemplate != nil {
		text, err := namedText(given.ExecutorTemplate)
		if err != nil {
			return err
		}
		made = append(made, b.nameTemplate("executor-template", text, map[string]string{podtemplate.NativeSidecarsAnnotation: "false"}))
	}
	if limit := given.ExecutorMemoryLimit; limit != nil {
		text := fmt.Sprintf("spec:\n  containers:\n  - name: %s\n    resources: {limits: {memory: %q}}\n", sparkAlias, limit.String())
		made = append(made, b.nameTemplate("executor-memory", text, map[string]string{podtemplate.OnConflictAnnotation: string(podtemplate.Replace)}))
	}
	for _, template := range made {
		if _, err := podtemplate.Load(template, podtemplate.LoadOptions{}); err != nil {
			given.Named = false // the webhook would refuse it
			b.note("executors get Spark's pod template and none by name, which would not load: " + err.Error())
			return nil
		}
	}
	b.askFor(made)
	return nil
}

// askFor lets executors ask for templates, which are stronger than those that they ask for already.
func (b *build) askFor(templates []*corev1.ConfigMap) {
	if len(templates) == 0 {
		return
	}
	asked := b.askedTemplates()
	for _, template := range templates {
		b.own(template)
		asked = append(asked, template.Name)
	}
	b.conf.Set(keyExecutorNote+podtemplate.TemplatesAnnotation, strings.Join(asked, ","))
}

// sparkAlias is what templates call Spark's container.
const sparkAlias = "spark"

// askedTemplates are those that executors would have without ours: their own, else their driver's.
func (b *build) askedTemplates() []string {
	own := keyExecutorNote + podtemplate.TemplatesAnnotation
	key := keyDriverNote + podtemplate.TemplatesAnnotation
	if b.conf.Has(own) {
		key = own
	}
	return b.conf.List(key)
}

func (b *build) nameTemplate(suffix, text string, notes map[string]string) *corev1.ConfigMap {
	meta := b.named(b.prefix + "-" + suffix)
	meta.Labels = map[string]string{podtemplate.TemplateLabel: string(podtemplate.Named)}
	meta.Annotations = notes
	return &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: meta,
		Immutable: new(true), Data: map[string]string{executorEntry: text},
	}
}

// namedText is a pod template as a template has it: Spark's container is called
// spark, and braces that would stand for a value are doubled.
func namedText(text []byte) (string, error) {
	template := &corev1.PodTemplateSpec{}
	if err := yaml.Unmarshal(text, template); err != nil {
		return "", refuse("the executors' pod template: %v", err)
	}
	if containers := template.Spec.Containers; len(containers) > 0 {
		containers[0].Name = sparkAlias
	}
	written, err := yaml.Marshal(template)
	if err != nil {
		return "", fmt.Errorf("the executors' pod template: %w", err)
	}
	return strings.ReplaceAll(string(written), "{{", "{{{{"), nil
}
