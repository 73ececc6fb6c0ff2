// Swage is the command line of Swage; installed as kubectl-swage it is a kubectl plugin, as spark-submit it stands in for that.
package main

import (
	"context"
	"os"
	"os/signal"
	"os/user"
	"syscall"
	_ "time/tzdata" // a machine without the database would take any zone for unknown

	"swage.dev/swage/cmd/swage/app"
)

func main() {
	os.Exit(app.Run(context.Background(), app.Process{
		Name: os.Args[0], Args: os.Args[1:],
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv,
		Signals: signals, OpenTerminal: openTerminal, Account: account,
	}))
}

// signals are those by which somebody interrupts the process. After stop they end it again.
func signals() (caught <-chan os.Signal, stop func()) {
	all := make(chan os.Signal, 2)
	signal.Notify(all, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(all, syscall.SIGHUP)
	}
	return all, func() { signal.Stop(all) }
}

// openTerminal opens the terminal anew: standard input may be something else, and is the shell's as well.
func openTerminal() (*os.File, error) { return os.OpenFile("/dev/tty", os.O_RDWR, 0) }

// account has no name where a container runs as a number.
func account() string {
	if me, err := user.Current(); err == nil {
		return me.Username
	}
	return ""
}
