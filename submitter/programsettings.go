package submitter

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// How often a driver is asked whether its program has made a SparkContext.
const (
	firstAsked  = 2 * time.Second
	seldomAsked = time.Minute
)

// ProgramSettings waits until the driver's program has made its SparkContext,
// and names the settings of executors' pods that the program set in code:
// executors that were made before cannot know them. It asks the driver's web
// interface through the API server, which takes the right to get pods/proxy. The
// error is the context's when that ends first, or says why nobody may ask.
func ProgramSettings(ctx context.Context, server *Server, driver *corev1.Pod, objects *Objects) ([]string, error) {
	planned := objects.Settings()
	if objects.Executors == nil || strings.EqualFold(planned[keyUI], "false") {
		return nil, nil
	}
	found, err := server.programSettings(ctx, driver, objects.AppID)
	if err != nil {
		return nil, err
	}
	var names []string
	for key, value := range found {
		if ofExecutors(key) && value != redactedInUI && !objects.Executors.knows(key, planned[key], value, objects.AppID) {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names, nil
}

// redactedInUI is what Spark shows instead of a secret.
const redactedInUI = "*********(redacted)"

// programSettings asks until there is an answer: the port opens before the program has a context.
func (s *Server) programSettings(ctx context.Context, driver *corev1.Pod, appID string) (map[string]string, error) {
	address := fmt.Sprintf("%s:%d/proxy/api/v1/applications/%s/environment", s.pod(driver.Namespace, driver.Name), UIPort(driver), url.PathEscape(appID))
	for pause := firstAsked; ; pause = min(2*pause, seldomAsked) {
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
		var environment struct{ SparkProperties [][]string }
		err := s.call(ctx, http.MethodGet, address, "", nil, &environment)
		switch {
		case err == nil && len(environment.SparkProperties) > 0:
			return pairs(environment.SparkProperties), nil
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			return nil, err
		}
	}
}

func pairs(list [][]string) map[string]string {
	found := map[string]string{}
	for _, pair := range list {
		if len(pair) == 2 {
			found[pair[0]] = pair[1]
		}
	}
	return found
}

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
	for _, option := range splitCommand(strings.ReplaceAll(now, "{{APP_ID}}", appID)) {
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
