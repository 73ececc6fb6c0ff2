package lifecycle

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/redaction"
)

const (
	// diagnosisEvery is how often it is asked why something does not start.
	diagnosisEvery = time.Second
	// troubleLasts is how long trouble must last to be told: an executor's claim is
	// made after its pod, and until then no node takes it.
	troubleLasts = 2 * time.Second
	// eventsEvery is how often events are read, when a status says nothing.
	eventsEvery = 5 * time.Second
	// askTime is how long an answer may take that is good to have.
	askTime = 5 * time.Second
)

// firstLogs are when the driver's log is read for refused executors, after it
// was first seen to run. No object tells of these.
var firstLogs = []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 320 * time.Second}

// diagnosis finds why an application does not start, and tells each topic once.
type diagnosis struct {
	server *apiserver.Server
	tell   func(Trouble)
	app    Pods

	told    map[topic]bool
	since   map[topic]time.Time
	events  time.Time // when they were last read
	suspect Trouble   // what they told last: a kubelet's first failures to mount may pass, and hide the one that stays
	running time.Time // since when the driver is seen to run
	logs    int       // how often its log was read
}

// topic is what is told once.
type topic struct {
	role string
	kind TroubleKind
}

func newDiagnosis(server *apiserver.Server, tell func(Trouble)) *diagnosis {
	return &diagnosis{server: server, tell: tell, told: map[topic]bool{}, since: map[topic]time.Time{}}
}

// look tells what has lasted.
func (d *diagnosis) look(ctx context.Context) {
	if d.tell == nil {
		return
	}
	ctx, done := context.WithTimeout(ctx, askTime)
	defer done()
	seen := map[topic]time.Time{}
	for _, pod := range d.app.All() {
		if trouble := troubleOf(pod); trouble != nil {
			d.lasting(topicOf(pod, trouble), trouble, seen)
		}
	}
	if trouble := d.app.suspended(); trouble != nil {
		d.lasting(topic{kind: trouble.Kind}, trouble, seen)
	}
	d.since = seen
	if d.app.Driver == nil {
		d.readJob(ctx)
		return
	}
	d.readEvents(ctx)
	d.readLog(ctx)
}

func topicOf(pod *corev1.Pod, trouble *Trouble) topic {
	return topic{role: pod.Labels[podtemplate.RoleLabel], kind: trouble.Kind}
}

func (d *diagnosis) lasting(c topic, trouble *Trouble, seen map[topic]time.Time) {
	began, before := d.since[c]
	if !before {
		began = time.Now()
	}
	seen[c] = began
	if time.Since(began) >= troubleLasts {
		d.once(c, trouble)
	}
}

func (d *diagnosis) once(c topic, trouble *Trouble) {
	if !d.told[c] {
		d.told[c] = true
		d.tell(*trouble)
	}
}

// readEvents asks about the first pod that a node has and that nothing else tells about.
func (d *diagnosis) readEvents(ctx context.Context) {
	for _, pod := range d.app.All() {
		if !starting(pod) || d.told[topic{pod.Labels[podtemplate.RoleLabel], Volume}] {
			continue
		}
		switch {
		case d.events.IsZero():
			d.events = time.Now() // most pods start soon
			return
		case time.Since(d.events) < eventsEvery:
			return
		}
		d.events = time.Now()
		events, err := eventsOf(ctx, d.server, pod)
		if trouble := troubleIn(pod, events); err == nil && trouble != nil {
			if *trouble == d.suspect {
				d.once(topicOf(pod, trouble), trouble)
			}
			d.suspect = *trouble
		}
		return
	}
	d.events = time.Time{}
}

// readJob asks why a Job makes no driver: its pods are refused by a quota or a webhook, of which no pod tells.
func (d *diagnosis) readJob(ctx context.Context) {
	if d.app.Job == nil || d.app.suspended() != nil || d.told[topic{kind: Denied}] {
		return
	}
	switch {
	case d.events.IsZero():
		d.events = time.Now()
		return
	case time.Since(d.events) < troubleLasts:
		return
	}
	d.events = time.Now()
	events, err := listEvents(ctx, d.server, d.app.Namespace(), about(d.app.Job.UID))
	for _, event := range slices.Backward(events) {
		if err == nil && event.Reason == "FailedCreate" {
			d.once(topic{kind: Denied}, &Trouble{Pod: d.app.Job.Name, Kind: Denied, Message: "the Job may not make its driver: " + inOneLine("", event.Message)})
			return
		}
	}
}

// readLog looks whether the driver complains that it may not make executors.
func (d *diagnosis) readLog(ctx context.Context) {
	driver := d.app.Driver
	denied := topic{role: driver.Labels[podtemplate.RoleLabel], kind: Denied}
	if driver.Status.Phase != corev1.PodRunning || d.told[denied] || d.logs == len(firstLogs) {
		return
	}
	if d.running.IsZero() {
		d.running = time.Now()
	}
	if time.Since(d.running) < firstLogs[d.logs] {
		return
	}
	d.logs++
	text, err := endOfLog(ctx, d.server, driver)
	if refusal := refusedExecutor(text); err == nil && refusal != "" {
		d.once(denied, &Trouble{Pod: driver.Name, Kind: Denied, Message: "the driver may not make an executor: " + redaction.New(nil).Line(refusal)})
	}
}
