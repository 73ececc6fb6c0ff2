package submitter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

// waiterOf is what waits for the driver in an executor's pod, nil where nothing does.
func waiterOf(t *testing.T, r request) *corev1.Container {
	t.Helper()
	r.version, r.executors = "4.1.2", submitter.ByBoth
	r.args = append([]string{"--num-executors", "1"}, r.args...)
	spec := r.must(t).Executors.Pod(0).Spec
	if last := len(spec.InitContainers) - 1; last >= 0 && spec.InitContainers[last].Name == "swage-wait-driver" {
		return &spec.InitContainers[last]
	}
	return nil
}

// S7: the helper's image is the option's, else the setting's; else bash of the
// executor's own image waits. Where nothing is wanted nothing is there.
func TestS7WhatWaits(t *testing.T) {
	setting := []string{"--conf", "spark.swage.helperImage=registry.example.com/helper:1"}
	for _, row := range []struct {
		rule    string
		request request
		image   string
		program string
	}{
		{"nothing is said", request{}, "spark", "bash"},
		{"the setting", request{args: setting}, "registry.example.com/helper:1", "/swage-helper"},
		{"the option is stronger", request{args: setting, helper: "registry.example.com/helper:2"}, "registry.example.com/helper:2", "/swage-helper"},
		{"the option says bash", request{args: setting, helper: submitter.HelperBash}, "spark", "bash"},
		{"the option says nothing shall wait", request{args: setting, helper: submitter.HelperNone}, "", ""},
		{"the setting says nothing shall wait", request{args: []string{"--conf", "spark.swage.helperImage=none"}}, "", ""},
	} {
		waiter := waiterOf(t, row.request)
		if row.image == "" {
			if waiter != nil {
				t.Errorf("%s: %s waits", row.rule, waiter.Image)
			}
			continue
		}
		if waiter == nil || waiter.Image != row.image || waiter.Command[0] != row.program {
			t.Errorf("%s: got %+v", row.rule, waiter)
		}
	}
	if _, err := (request{helper: "two words"}).plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "--helper-image") {
		t.Errorf("got %v", err)
	}
}

// The setting is Swage's: Spark does not see it, whoever makes the executors.
func TestS7TheHelpersSettingStaysHere(t *testing.T) {
	for _, by := range []submitter.ExecutorsBy{submitter.ByDriver, submitter.ByBoth, submitter.BySubmitter} {
		objects := planned(t, by, "4.1.2", "--conf", "spark.swage.helperImage=helper:1")
		for key := range conf(t, objects) {
			if strings.HasPrefix(key, "spark.swage.") {
				t.Errorf("%s: %s", by, key)
			}
		}
	}
}

// S7: it waits for the port that opens when the driver takes executors. What
// the user says becomes words of its command line and no part of a script.
func TestS7WhatIsWaitedFor(t *testing.T) {
	args := []string{"--name", "$(reboot)`x`", "--conf", "spark.driver.blockManager.port=7555"}
	program := waiterOf(t, request{helper: "helper", args: args, timeout: 90 * time.Second})
	host := strings.TrimSuffix(program.Command[4], ":7555")
	if !slices.Equal(program.Command[:4], []string{"/swage-helper", "wait-driver", "--timeout", "1m30s"}) || !strings.HasSuffix(host, "-driver-svc.default.svc") {
		t.Errorf("got %q", program.Command)
	}
	bash := waiterOf(t, request{args: args, timeout: 90 * time.Second})
	if bash.Command[1] != "-c" || strings.Contains(bash.Command[2], "driver-svc") || !slices.Equal(bash.Command[5:], []string{"7555", "90", "30"}) {
		t.Errorf("got %q", bash.Command)
	}
	if len(program.Env) > 0 || len(program.VolumeMounts) > 0 {
		t.Errorf("it needs nothing else: %v %v", program.Env, program.VolumeMounts)
	}
}

// S7: the pod needs no more than without it, and is of the same quality of service.
func TestS7WaitingCostsNothing(t *testing.T) {
	gpu := "spark.executor.resource.gpu."
	r := request{args: []string{
		"--conf", "spark.kubernetes.executor.limit.cores=2", "--conf", "spark.kubernetes.executor.request.cores=1500m",
		"--conf", gpu + "amount=1", "--conf", gpu + "vendor=nvidia.com",
	}}
	got := waiterOf(t, r).Resources
	if len(got.Requests) != 2 || len(got.Limits) != 2 || got.Limits.Cpu().String() != "2" || got.Requests.Cpu().String() != "1500m" ||
		got.Limits.Memory().String() != "1433Mi" || got.Requests.Memory().String() != "1433Mi" {
		t.Errorf("got %+v", got)
	}
}

// S7: it is the last init container, so that what a template starts before it,
// such as a mesh's proxy, is there; and it is no root where a template's pod is.
func TestS7WaitingBesideATemplate(t *testing.T) {
	for _, row := range []struct {
		rule, template, helper string
		user                   int64 // 0: none is named
	}{
		{rule: "the helper's image names its user", helper: "helper:1", template: "spec: {}"},
		{rule: "that of an executor's image may be root", template: "spec: {}", user: 65532},
		{rule: "the pod names one", template: "spec: {securityContext: {runAsUser: 1000}}"},
		{rule: "the pod's is root", template: "spec: {securityContext: {runAsUser: 0}}", user: 65532},
		{rule: "the pod's is root, with a helper", helper: "helper:1", template: "spec: {securityContext: {runAsUser: 0}}", user: 65532},
		{rule: "after other init containers", helper: "helper:1", template: "spec: {initContainers: [{name: proxy, image: p, restartPolicy: Always}]}"},
	} {
		waiter := waiterOf(t, request{
			helper: row.helper, files: fstest.MapFS{"t.yaml": {Data: []byte(row.template)}},
			args: []string{"--conf", "spark.kubernetes.executor.podTemplateFile=/t.yaml"},
		})
		if waiter == nil {
			t.Errorf("%s: nothing waits", row.rule)
			continue
		}
		user := int64(0)
		if waiter.SecurityContext.RunAsUser != nil {
			user = *waiter.SecurityContext.RunAsUser
		}
		if user != row.user || !*waiter.SecurityContext.RunAsNonRoot {
			t.Errorf("%s: runs as %d", row.rule, user)
		}
	}
}
