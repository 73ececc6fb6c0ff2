package lifecycle

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/redaction"
)

// postMortemTime is how long finding out may take, all in all.
const postMortemTime = 20 * time.Second

// PostMortem says in some lines why a driver failed: what killed it, the head of its exception, which executors were
// lost. No value of a secret setting is in it, by Spark's idea of what is secret. The application's settings are read
// from the cluster where settings is nil. It says what can be found out, and fails on nothing.
func PostMortem(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, outcome *Outcome, settings map[string]string) []string {
	ctx, done := context.WithTimeout(ctx, postMortemTime)
	defer done()
	if settings == nil {
		settings = settingsOf(ctx, server, driver)
	}
	var lines []string
	log, err := endOfLog(ctx, server, driver)
	switch {
	case outcome.Reason == oomKilled:
		lines = append(lines, whyOOMKilled(driver, settings))
	case outOfHeap.MatchString(log):
		lines = append(lines, fmt.Sprintf("the heap is too small: it is %s by %s", cmp.Or(settings[submitter.SettingDriverMemory], driverMemory), submitter.SettingDriverMemory))
	}
	if err == nil && outcome.ExitCode != NoExitCode && outcome.Reason != oomKilled {
		lines = append(lines, redaction.New(settings).Lines(exceptionHead(log))...)
	}
	if lost := lostExecutors(outcome.Lost); lost != "" {
		lines = append(lines, lost)
	}
	return lines
}

const (
	oomKilled    = "OOMKilled"
	driverMemory = "1g" // Spark's default
)

// whyOOMKilled sets the container's limit beside what the heap takes of it.
func whyOOMKilled(driver *corev1.Pod, settings map[string]string) string {
	limit := "no limit"
	for _, c := range driver.Spec.Containers {
		if memory, found := c.Resources.Limits[corev1.ResourceMemory]; found && c.Name == submitter.SparkContainer(driver) {
			limit = memory.String()
		}
	}
	why := "OOMKilled: the driver's container wanted more than its limit, " + limit
	if settings != nil {
		why += fmt.Sprintf(", of which the heap takes up to %s (%s)", cmp.Or(settings[submitter.SettingDriverMemory], driverMemory), submitter.SettingDriverMemory)
	}
	return why + "; for what is outside the heap (Python, native memory, threads) raise " + submitter.SettingDriverOverhead
}

func lostExecutors(losses []Loss) string {
	var all []string
	for _, loss := range losses {
		all = append(all, fmt.Sprintf("%d %s", loss.Count, loss.Reason))
	}
	if len(all) == 0 {
		return ""
	}
	text := "executors lost: " + strings.Join(all, ", ")
	if strings.Contains(text, oomKilled) {
		text += "; for what is outside their heap raise " + submitter.SettingExecutorOverhead
	}
	return text
}

// settingsOf are a driver's settings, whoever submitted it, nil where they cannot be read.
func settingsOf(ctx context.Context, server *apiserver.Server, driver *corev1.Pod) map[string]string {
	kind, name := submitter.ConfOf(driver)
	if kind == "" {
		return nil
	}
	var held struct{ Data map[string]json.RawMessage }
	ref := apiserver.Ref{APIVersion: "v1", Kind: kind, Namespace: driver.Namespace, Name: name}
	if server.Get(ctx, ref, &held) != nil {
		return nil
	}
	return submitter.ReadConf(kind, held.Data)
}
