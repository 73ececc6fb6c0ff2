package process

import (
	"os"
	"runtime"
	"syscall"
)

// OnOwnThread calls f on a thread of the operating system that runs nothing
// else and ends when f returns, so that f may change what belongs to a thread,
// such as its namespaces. It returns when f has.
//
// The process's first thread is never used: it cannot end, and would keep what
// f changed for good.
func OnOwnThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		if syscall.Gettid() != os.Getpid() {
			f()
			return
		}
		// Held by this goroutine, the first thread cannot be chosen again.
		OnOwnThread(f)
		runtime.UnlockOSThread()
	}()
	<-done
}
