package doctor_test

import (
	"context"
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagewebhook"
)

// client is a typed client of one kind.
type client[T metav1.Object] interface {
	Get(ctx context.Context, name string, o metav1.GetOptions) (T, error)
	Create(ctx context.Context, object T, o metav1.CreateOptions) (T, error)
	Update(ctx context.Context, object T, o metav1.UpdateOptions) (T, error)
	Delete(ctx context.Context, name string, o metav1.DeleteOptions) error
}

// changed changes an object until the test's end.
func changed[T metav1.Object](t *testing.T, all client[T], name string, change func(T)) {
	t.Helper()
	before, after := get(t, all, name), get(t, all, name)
	change(after)
	if _, err := all.Update(t.Context(), after, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		before.SetResourceVersion(get(t, all, name).GetResourceVersion())
		if _, err := all.Update(context.WithoutCancel(t.Context()), before, metav1.UpdateOptions{}); err != nil {
			t.Error(err)
		}
		mended(t)
	})
}

// removed deletes an object until the test's end. again changes what only the API server sets.
func removed[T metav1.Object](t *testing.T, all client[T], name string, again func(T)) {
	t.Helper()
	before := get(t, all, name)
	if err := all.Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		before.SetResourceVersion("")
		before.SetUID("")
		if again != nil {
			again(before)
		}
		if _, err := all.Create(context.WithoutCancel(t.Context()), before, metav1.CreateOptions{}); err != nil {
			t.Error(err)
		}
		mended(t)
	})
}

// created creates an object until the test's end.
func created[T metav1.Object](t *testing.T, all client[T], object T) {
	t.Helper()
	if _, err := all.Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := all.Delete(context.WithoutCancel(t.Context()), object.GetName(), metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	})
}

func get[T metav1.Object](t *testing.T, all client[T], name string) T {
	t.Helper()
	found, err := all.Get(context.WithoutCancel(t.Context()), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// mended waits until API servers have seen that all is as it was.
func mended(t *testing.T) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	patience.Until(t, "calls as before", func() error {
		return errors.Join(swagewebhook.Called(ctx, server.Client()), swagewebhook.Checks(ctx, server.Client()))
	})
}
