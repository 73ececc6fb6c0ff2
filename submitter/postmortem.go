package submitter

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/properties"
)

// postMortemTime is how long finding out may take, all in all.
const postMortemTime = 20 * time.Second

// PostMortem says in some lines why a driver failed: what killed it, the head of its exception, which executors were
// lost. No value of a secret setting is in it, by Spark's idea of what is secret. The application's settings are read
// from the cluster where settings is nil. It says what can be found out, and fails on nothing.
func PostMortem(ctx context.Context, server *Server, driver *corev1.Pod, outcome *Outcome, settings map[string]string) []string {
	ctx, done := context.WithTimeout(ctx, postMortemTime)
	defer done()
	if settings == nil {
		settings = server.settingsOf(ctx, driver)
	}
	var lines []string
	log, err := server.endOfLog(ctx, driver)
	switch {
	case outcome.Reason == oomKilled:
		lines = append(lines, whyOOMKilled(driver, settings))
	case outOfHeap.MatchString(log):
		lines = append(lines, fmt.Sprintf("the heap is too small: it is %s by %s", cmp.Or(settings[keyDriverMemory], driverMemory), keyDriverMemory))
	}
	if err == nil && outcome.ExitCode != NoExitCode && outcome.Reason != oomKilled {
		lines = append(lines, newRedactor(settings).lines(exceptionHead(log))...)
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
		if memory, found := c.Resources.Limits[corev1.ResourceMemory]; found && c.Name == SparkContainer(driver) {
			limit = memory.String()
		}
	}
	why := "OOMKilled: the driver's container wanted more than its limit, " + limit
	if settings != nil {
		why += fmt.Sprintf(", of which the heap takes up to %s (%s)", cmp.Or(settings[keyDriverMemory], driverMemory), keyDriverMemory)
	}
	return why + "; for what is outside the heap (Python, native memory, threads) raise " + keyDriverOverhead
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
		text += "; for what is outside their heap raise spark.executor.memoryOverhead"
	}
	return text
}

// Settings are those that the driver reads.
func (o *Objects) Settings() map[string]string {
	for _, object := range o.Owned {
		text := ""
		switch conf := object.(type) {
		case *corev1.ConfigMap:
			text = conf.Data[confFile]
		case *corev1.Secret:
			text = string(conf.Data[confFile])
		}
		if settings, err := properties.Parse(text); err == nil && text != "" {
			return settings
		}
	}
	return nil
}

// settingsOf are a driver's settings, whoever submitted it, nil where they cannot be read.
func (s *Server) settingsOf(ctx context.Context, driver *corev1.Pod) map[string]string {
	for _, volume := range driver.Spec.Volumes {
		kind, name := "", ""
		switch {
		case volume.Name != confVolume:
			continue
		case volume.ConfigMap != nil:
			kind, name = "ConfigMap", volume.ConfigMap.Name
		case volume.Secret != nil:
			kind, name = "Secret", volume.Secret.SecretName
		}
		var held struct{ Data map[string]json.RawMessage }
		if kind == "" || s.call(ctx, http.MethodGet, s.path("v1", kind, driver.Namespace, name), "", nil, &held) != nil {
			return nil
		}
		return parsedSettings(held.Data[confFile], kind == "Secret")
	}
	return nil
}

// parsedSettings reads spark.properties as JSON has it: in a Secret it is base64.
func parsedSettings(raw json.RawMessage, encoded bool) map[string]string {
	var text string
	err := json.Unmarshal(raw, &text)
	if encoded {
		var decoded []byte
		err = json.Unmarshal(raw, &decoded)
		text = string(decoded)
	}
	if err != nil {
		return nil
	}
	settings, err := properties.Parse(text)
	if err != nil {
		return nil
	}
	return settings
}
