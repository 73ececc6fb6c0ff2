package submitter

import (
	"errors"
	"fmt"
)

// ErrRefused is wrapped by errors about what was asked for: the command line,
// the configuration, or a file that they name. Nothing was created.
var ErrRefused = errors.New("refused")

type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return ErrRefused }

// Refuse is an error that wraps ErrRefused, for whoever takes requests that go
// on to a plan, or come from one.
func Refuse(format string, args ...any) error { return refuse(format, args...) }

// refuse is an error that wraps ErrRefused.
func refuse(format string, args ...any) error { return &refusal{fmt.Sprintf(format, args...)} }

// refusing marks an error of a value or file as a refusal, with all it wraps.
func refusing(err error) error {
	if err == nil || errors.Is(err, ErrRefused) {
		return err
	}
	return fmt.Errorf("%w%w", err, silent{})
}

// silent says nothing and is ErrRefused.
type silent struct{}

func (silent) Error() string        { return "" }
func (silent) Is(target error) bool { return target == ErrRefused }
