package lifecycle

import (
	"context"
	"net/url"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
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
func ProgramSettings(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, objects *submitter.Objects) ([]string, error) {
	if objects.Executors == nil || !objects.HasUI() {
		return nil, nil
	}
	found, err := settingsInUI(ctx, server, driver, objects.AppID)
	if err != nil {
		return nil, err
	}
	return objects.SetTooLate(found), nil
}

// settingsInUI asks until there is an answer: the port opens before the program has a context.
func settingsInUI(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, appID string) (map[string]string, error) {
	path := "/api/v1/applications/" + url.PathEscape(appID) + "/environment"
	for pause := firstAsked; ; pause = min(2*pause, seldomAsked) {
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
		var environment struct{ SparkProperties [][]string }
		err := server.Proxy(ctx, apiserver.PodRef(driver.Namespace, driver.Name), submitter.UIPort(driver), path, &environment)
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
