package lifecycle

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// Drivers are the pods that a submission means; none where there are none. Without a namespace in its id it means those
// of a default; "" is all namespaces for a glob.
func Drivers(ctx context.Context, server *apiserver.Server, s *submitter.Submission, defaultNamespace string) ([]*corev1.Pod, error) {
	namespace := cmp.Or(s.Namespace, defaultNamespace)
	if !s.Glob {
		pod, err := server.GetPod(ctx, namespace, s.Name)
		if apierrors.IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("looking for %s: %w", s.ID, err)
		}
		return []*corev1.Pod{pod}, nil
	}
	list, err := server.ListPods(ctx, namespace, driversOnly)
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", s.ID, err)
	}
	var drivers []*corev1.Pod
	for _, pod := range pointers(list) {
		if strings.HasPrefix(pod.Name, s.Name) {
			drivers = append(drivers, pod)
		}
	}
	return drivers, nil
}

// KillDriver deletes one driver as spark-submit --kill does: what it owns goes
// after it. A driver that a Job made goes with its Job, which would make
// another. A pod that is no driver of Spark's is left alone, with ErrNoDriver:
// the name may be a slip.
func KillDriver(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, grace *time.Duration) error {
	if driver.Labels[podtemplate.RoleLabel] != string(podtemplate.Driver) {
		return fmt.Errorf("pod %s of namespace %s: %w", driver.Name, driver.Namespace, ErrNoDriver)
	}
	root, uid, _ := rootOf(&Pods{Driver: driver})
	err := server.Delete(ctx, root, deletion(uid, metav1.DeletePropagationBackground, grace))
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("killing %s: %w", driver.Name, err)
	}
	return nil
}
