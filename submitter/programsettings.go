package submitter

import (
	"slices"
	"strings"

	"swage.dev/swage/submitter/javaoptions"
	"swage.dev/swage/submitter/redaction"
)

// SetTooLate names the settings of executors' pods that a driver has otherwise
// than they were planned, by the settings that it says it has: its program set
// them in code, and executors that were made before cannot know them.
func (o *Objects) SetTooLate(driver map[string]string) []string {
	if o.Executors == nil {
		return nil
	}
	planned := o.Settings()
	var names []string
	for key, value := range driver {
		if ofExecutors(key) && value != redaction.Value && !o.Executors.knows(key, planned[key], value, o.AppID) {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names
}

// HasUI tells whether the driver has a web interface, as far as its settings say.
func (o *Objects) HasUI() bool { return !strings.EqualFold(o.Settings()[keyUI], "false") }

// ofExecutors tells whether executors' pods are made of a setting.
func ofExecutors(key string) bool {
	return slices.Contains(executorKeys(), key) ||
		key != keyExecutorEnv+envDriverIP && // the image's own command sets it
			slices.ContainsFunc(executorPrefixes(), func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

func executorKeys() []string {
	return []string{
		keyExecutorCores, keyExecutorMemory, keyExecutorOverhead, keyExecutorFactor, keyExecutorLeast, keyExecutorPython,
		keyExecutorOptions, keyExecutorDefaults, keyExecutorClassPath, keyExecutorLibraryPath, keyOffHeap, keyOffHeapSize,
		keyImage, keyPullPolicy, keyPullSecrets, keyScheduler, keyFactor, keyTmpfs, keyDecommission,
		keyExecutorImage, keyExecutorRequest, keyExecutorLimit, keyExecutorScheduler, keyExecutorAccount, keyExecutorGrace,
	}
}

func executorPrefixes() []string {
	return []string{
		keyNodeSelector, keyExecutorSelector, keyExecutorLabel, keyExecutorNote, keyExecutorEnv,
		keyExecutorSecrets, keyExecutorKeyRef, keyExecutorVolumes, executorResources,
	}
}

// knows tells whether an executor's pod has what the driver has now.
func (e *Executors) knows(key, planned, now, appID string) bool {
	if key != keyExecutorOptions {
		return now == planned
	}
	// Spark writes what it adds itself into this one.
	made := e.javaOptions()
	for _, option := range javaoptions.Split(strings.ReplaceAll(now, "{{APP_ID}}", appID)) {
		if !made[option] {
			return false
		}
	}
	return true
}

func (e *Executors) javaOptions() map[string]bool {
	options := map[string]bool{}
	for _, variable := range sparks(e.pod).Env {
		if strings.HasPrefix(variable.Name, envJavaOption) {
			options[variable.Value] = true
		}
	}
	return options
}
