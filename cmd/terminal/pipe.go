package terminal

import (
	"os"
	"os/signal"
	"syscall"
)

// SurvivePipes lets a write to standard output or error fail when nobody reads it any more, instead of ending the process at
// once. stop undoes that.
func SurvivePipes() (stop func()) {
	unread := make(chan os.Signal, 1)
	signal.Notify(unread, syscall.SIGPIPE)
	return func() { signal.Stop(unread) }
}
