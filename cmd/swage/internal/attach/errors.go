package attach

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/exec"
)

// ErrLost is wrapped by the error about a connection that broke in the middle.
var ErrLost = errors.New("the connection was lost")

// ErrRefused is wrapped by the error about a node that did not connect, for the reason that follows in its words.
var ErrRefused = errors.New("the node refused; the container must be running")

// ExitError says that a command ended, and how.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("the command ended with exit code %d", e.Code) }

func exitError(err error) error {
	var exit exec.CodeExitError
	if errors.As(err, &exit) {
		return &ExitError{exit.Code}
	}
	return nil
}

// refused adds what to do to the word of an API server that did not connect.
func (o *Options) refused(err error) error {
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("it takes the right to create pods/%s in namespace %s: %w", o.subresource(), o.Namespace, err)
	}
	return err
}
