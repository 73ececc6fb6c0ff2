package whynot

import (
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/podtemplate"
)

// labelled is something that selectors are about.
type labelled struct {
	who    string
	labels map[string]string
	known  bool // false: only a namespace's name is
}

// namespaceNamed is a namespace; its name is always among its labels.
func namespaceNamed(name string, own map[string]string, known bool) labelled {
	all := map[string]string{corev1.LabelMetadataName: name}
	for key, value := range own {
		all[key] = value
	}
	return labelled{who: "namespace " + name, labels: all, known: known}
}

// meets says whether a selector of a webhook selects this.
func (l labelled) meets(link string, w *admissionv1.MutatingWebhook, selector *metav1.LabelSelector) Link {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return Link{Name: link, Status: Unknown, Evidence: fmt.Sprintf("the selector of %s is not understood", w.Name)}
	}
	if selector == nil || parsed.Empty() {
		return Link{Name: link, Status: Passed, Evidence: w.Name + " selects everything"}
	}
	requirements, _ := parsed.Requirements()
	var unmet, open []string
	for i := range requirements {
		r := &requirements[i]
		switch {
		case !l.known && !labels.Set(l.labels).Has(r.Key()):
			open = append(open, r.String())
		case !r.Matches(labels.Set(l.labels)):
			unmet = append(unmet, fmt.Sprintf("%s selects %s, and %s has %s", w.Name, r, l.who, podtemplate.LabelText(labels.Set(l.labels), r.Key())))
		}
	}
	switch {
	case len(unmet) > 0:
		return Link{Name: link, Status: Stopped, Evidence: strings.Join(unmet, "; ")}
	case len(open) > 0:
		return Link{Name: link, Status: Unknown, Evidence: fmt.Sprintf("%s selects %s, and the labels of %s are not known", w.Name, strings.Join(open, ","), l.who)}
	}
	return Link{Name: link, Status: Passed, Evidence: fmt.Sprintf("%s selects %s", w.Name, parsed)}
}

// noMirrorPod is the condition that leaves out the kubelet's images of static pods.
const noMirrorPod = "!('" + corev1.MirrorPodAnnotationKey + "' in object.metadata.?annotations.orValue({}))"

// meetsConditions judges the conditions that the chart writes, which are told by
// what they say; it reads no CEL, so that it does not know what others come to.
func (h *hook) meetsConditions(all []*hook, pod Pod) Link {
	link := Link{Name: MatchConditions, Status: Passed, Evidence: "there are none"}
	var known, open []string
	for _, c := range h.webhook.MatchConditions {
		switch why, understood := h.leftOut(c, all, pod); {
		case why != "":
			return Link{Name: MatchConditions, Status: Stopped, Evidence: fmt.Sprintf("%s leaves the pod out by its condition %s: %s", h.webhook.Name, c.Name, why)}
		case understood:
			known = append(known, c.Name)
		default:
			open = append(open, fmt.Sprintf("%s (%s)", c.Name, c.Expression))
		}
	}
	if len(known) > 0 {
		link.Evidence = strings.Join(known, ", ")
	}
	if len(open) > 0 {
		link.Status, link.Evidence = Unknown, "conditions in CEL, which only the API server reads: "+strings.Join(open, ", ")
	}
	return link
}

// leftOut says why a condition does not hold, "" if it does; understood is false for one that is not the chart's.
func (h *hook) leftOut(c admissionv1.MatchCondition, all []*hook, pod Pod) (why string, understood bool) {
	if strings.Join(strings.Fields(c.Expression), " ") == noMirrorPod {
		if _, mirror := pod.Annotation(corev1.MirrorPodAnnotationKey); mirror {
			return "it is the image of a static pod", true
		}
		return "", true
	}
	recogniser, _ := strings.CutPrefix(c.Name, "not-")
	for _, other := range all {
		if other.configuration != h.configuration || other == h || !strings.HasPrefix(other.webhook.Name, recogniser+".") {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(other.webhook.ObjectSelector)
		if err != nil {
			return "", false
		}
		if selector.Matches(labels.Set(pod.Labels())) {
			return "it is " + other.webhook.Name + "'s", true
		}
		return "", true
	}
	return "", false
}
