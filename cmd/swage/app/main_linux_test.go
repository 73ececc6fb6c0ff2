package app_test

import (
	"context"
	"net"
	"os"
	"testing"

	"swage.dev/swage/cmd/swage/app"
)

// stageEnv says what this test binary is run for: see TestMain.
const stageEnv = "SWAGE_TEST_STAGE"

// TestMain makes the test binary serve as a swage that cannot open sockets. The
// filter belongs to a thread and what it becomes, so it is installed by one
// stage, and the next begins life under it.
func TestMain(m *testing.M) {
	ctx := context.Background()
	switch os.Getenv(stageEnv) {
	case "":
		os.Exit(m.Run())
	case "filter":
		becomeWithoutSockets()
	case "dial":
		_, err := new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:1")
		panic(err) // not reached: the kernel ends the process
	case "swage":
		os.Exit(app.Run(ctx, app.Process{
			Name: "swage", Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		}))
	}
}
