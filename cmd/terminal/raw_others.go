//go:build !linux && !darwin

package terminal

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

var errUnsupported = fmt.Errorf("terminals of %s: %w", runtime.GOOS, errors.ErrUnsupported)

// Raw is not supported here: the error wraps errors.ErrUnsupported.
func Raw(*os.File) (restore func(), err error) { return nil, errUnsupported }

// Size is not supported here: the error wraps errors.ErrUnsupported.
func Size(*os.File) (width, height uint16, err error) { return 0, 0, errUnsupported }

// Resized never gets a signal here.
func Resized() (changed <-chan os.Signal, stop func()) { return nil, func() {} }
