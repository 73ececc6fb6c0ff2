package sparkapplication

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"swage.dev/swage/submitter"
)

// schedulerRows are the batch schedulers', who place pods together.
var schedulerRows = []row{
	{"batchScheduler", Refused, "`spark.kubernetes.SIDE.scheduler.name`. `volcano`: a PodGroup of Volcano's before the driver; `yunikorn`: task groups as annotations; any other name is one of the coscheduling plugin: a PodGroup of `scheduling.x-k8s.io`. Refused where a Job runs the driver, approximated it places pod by pod, without a group", (*mapping).takeScheduler, false},
	{"batchSchedulerOptions.queue", Mapped, "`volcano`: the PodGroup's queue; `yunikorn`: the label `queue`; for others it means nothing, with a warning", nil, false},
	{"batchSchedulerOptions.priorityClassName", Mapped, "`volcano`: the PodGroup's; for others it means nothing, with a warning", nil, false},
	{"batchSchedulerOptions.resources", Mapped, "`volcano`: the PodGroup's `minResources`, in place of what driver and executors request; for others it means nothing, with a warning", nil, false},
}

// gang is the group that a batch scheduler places together. What its pods
// request is known when they are planned.
type gang struct {
	scheduler string
	name      string // of the PodGroup
	options   batchSchedulerOptions
	executors int64
	tasks     []task
}

// task is one of YuniKorn's task groups.
type task struct {
	Name         string              `json:"name"`
	MinMember    int64               `json:"minMember"`
	MinResource  map[string]string   `json:"minResource,omitempty"`
	NodeSelector map[string]string   `json:"nodeSelector,omitempty"`
	Tolerations  []corev1.Toleration `json:"tolerations,omitempty"`
	Affinity     *corev1.Affinity    `json:"affinity,omitempty"`
	Labels       map[string]string   `json:"labels,omitempty"`
}

const (
	volcano          = "volcano"
	yunikorn         = "yunikorn"
	volcanoGroup     = "scheduling.k8s.io/group-name" // the annotation by which Volcano finds a pod's group
	pluginGroup      = "scheduling.x-k8s.io/pod-group"
	yunikornTask     = "yunikorn.apache.org/task-group-name"
	yunikornTasks    = "yunikorn.apache.org/task-groups"
	volcanoVersion   = "scheduling.volcano.sh/v1beta1"
	pluginVersion    = "scheduling.x-k8s.io/v1alpha1"
	annotationPrefix = "annotation."
)

func (m *mapping) takeScheduler() {
	g := &gang{scheduler: m.spec.BatchScheduler, name: m.app.Name + "-" + m.token}
	if o := m.spec.BatchSchedulerOptions; o != nil {
		g.options = *o
	}
	if g.scheduler == "" {
		if m.spec.BatchSchedulerOptions != nil {
			m.warn("batchSchedulerOptions", "it means nothing without batchScheduler")
		}
		return
	}
	m.warnUnread(g)
	g.executors = m.initialExecutors()
	if m.queued() {
		m.refuse("batchScheduler", "its group is for one driver, and a Job (by restartPolicy, timeToLiveSeconds, suspend or a schedule) makes one after the other", "it places pod by pod, without a group")
		m.set("batchScheduler", driverSide.kubernetes+"scheduler.name", g.scheduler)
		m.set("batchScheduler", executorSide.kubernetes+"scheduler.name", g.scheduler)
		return
	}
	m.app.gang = g
	for _, p := range []*pod{m.driver, m.executor} {
		m.set("batchScheduler", p.side.kubernetes+"scheduler.name", g.scheduler)
		switch g.scheduler {
		case volcano:
			m.app.Line.Conf[p.side.kubernetes+annotationPrefix+volcanoGroup] = g.name
		case yunikorn:
			m.takeTask(g, p)
		default:
			m.app.Line.Conf[p.side.kubernetes+"label."+pluginGroup] = g.name
		}
	}
}

func (m *mapping) warnUnread(g *gang) {
	for _, o := range []struct {
		field string
		given bool
		read  bool
	}{
		{"queue", g.options.Queue != "", g.scheduler == volcano || g.scheduler == yunikorn},
		{"priorityClassName", g.options.PriorityClassName != "", g.scheduler == volcano},
		{"resources", len(g.options.Resources) > 0, g.scheduler == volcano},
	} {
		if o.given && !o.read {
			m.warn("batchSchedulerOptions."+o.field, "it means nothing to %s", g.scheduler)
		}
	}
}

func (m *mapping) takeTask(g *gang, p *pod) {
	name, members := "spark-driver", int64(1)
	if p.side == executorSide {
		name, members = "spark-executor", g.executors
	}
	conf := m.app.Line.Conf
	conf[p.side.kubernetes+annotationPrefix+yunikornTask] = name
	if g.options.Queue != "" {
		conf[p.side.kubernetes+"label.queue"] = g.options.Queue
	}
	selector := maps.Clone(m.spec.NodeSelector)
	if selector == nil {
		selector = map[string]string{}
	}
	maps.Copy(selector, p.spec.NodeSelector)
	g.tasks = append(g.tasks, task{
		Name: name, MinMember: members, NodeSelector: selector, Tolerations: p.template.Spec.Tolerations,
		Affinity: p.template.Spec.Affinity, Labels: p.spec.Labels,
	})
}

// initialExecutors are those that the driver asks for when it starts.
func (m *mapping) initialExecutors() int64 {
	conf := m.app.Line.Conf
	keys := []string{"spark.executor.instances"}
	if conf["spark.dynamicAllocation.enabled"] == "true" {
		keys = append(keys, "spark.dynamicAllocation.initialExecutors", "spark.dynamicAllocation.minExecutors")
	}
	var most int64
	for _, key := range keys {
		number, err := strconv.ParseInt(conf[key], 10, 32) // what is no number is refused with the settings
		if err == nil {
			most = max(most, number)
		}
	}
	return most
}

// complete gives the group what its pods request.
func (g *gang) complete(o *submitter.Options, r submitter.Requests) error {
	if g.scheduler == yunikorn {
		return g.annotate(o, r)
	}
	least := g.options.Resources
	if len(least) == 0 || g.scheduler != volcano {
		least = total(r, g.executors)
	}
	group := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"minMember": int64(1), "minResources": amounts(least)}}}
	group.SetAPIVersion(pluginVersion)
	if g.scheduler == volcano {
		group.SetAPIVersion(volcanoVersion)
		spec := group.Object["spec"].(map[string]any)
		put(spec, "queue", g.options.Queue)
		put(spec, "priorityClassName", g.options.PriorityClassName)
	}
	group.SetKind("PodGroup")
	group.SetName(g.name)
	o.Given.Before = append(o.Given.Before, group)
	return nil
}

func put(object map[string]any, key, value string) {
	if value != "" {
		object[key] = value
	}
}

// annotate gives the driver's pod the task groups.
func (g *gang) annotate(o *submitter.Options, r submitter.Requests) error {
	tasks := []task{}
	for i, requests := range []corev1.ResourceList{r.Driver, r.Executor} {
		t := g.tasks[i]
		t.MinResource = map[string]string{}
		for name, amount := range requests {
			t.MinResource[string(name)] = amount.String()
		}
		if t.MinMember > 0 { // YuniKorn takes no group without members
			tasks = append(tasks, t)
		}
	}
	text, err := json.Marshal(tasks)
	if err != nil {
		return fmt.Errorf("writing YuniKorn's task groups: %w", err)
	}
	o.Line.Conf[driverSide.kubernetes+annotationPrefix+yunikornTasks] = string(text)
	return nil
}

func total(r submitter.Requests, executors int64) corev1.ResourceList {
	sum := corev1.ResourceList{}
	for name, amount := range r.Driver {
		sum[name] = amount.DeepCopy()
	}
	for name, amount := range r.Executor {
		all, each := sum[name], amount.DeepCopy()
		each.Mul(executors)
		all.Add(each)
		sum[name] = all
	}
	return sum
}

func amounts(list corev1.ResourceList) map[string]any {
	out := map[string]any{}
	for name, amount := range list {
		out[string(name)] = amount.String()
	}
	return out
}
