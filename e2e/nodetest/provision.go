package nodetest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// StorageClass is the class of the claims that Provision answers.
const StorageClass = "swage-test"

// Provision gives each claim of the namespace a volume, a folder on this
// machine, in the access mode that the claim asks for, until the test ends.
func (c *Cluster) Provision(t testing.TB, namespace string) {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	claims, err := c.Client().CoreV1().PersistentVolumeClaims(namespace).Watch(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for event := range claims.ResultChan() {
			if claim, ok := event.Object.(*corev1.PersistentVolumeClaim); ok {
				if err := c.answer(ctx, dir, claim); err != nil && ctx.Err() == nil {
					t.Errorf("a volume for the claim %s: %v", claim.Name, err)
				}
			}
		}
		if ctx.Err() == nil {
			t.Error("the watch of claims ended: no further claim gets a volume")
		}
	}()
	t.Cleanup(func() {
		cancel()
		claims.Stop()
		<-done
	})
}

func (c *Cluster) answer(ctx context.Context, dir string, claim *corev1.PersistentVolumeClaim) error {
	if claim.Spec.VolumeName != "" || claim.Spec.StorageClassName == nil || *claim.Spec.StorageClassName != StorageClass {
		return nil
	}
	path := filepath.Join(dir, string(claim.UID))
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o777); err != nil { // beyond the umask: for Spark's own user
		return err
	}
	_, err := c.Client().CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "swage-test-" + string(claim.UID)},
		Spec: corev1.PersistentVolumeSpec{
			Capacity: claim.Spec.Resources.Requests, AccessModes: claim.Spec.AccessModes, StorageClassName: StorageClass,
			PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path}},
			ClaimRef:               &corev1.ObjectReference{Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
		},
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
