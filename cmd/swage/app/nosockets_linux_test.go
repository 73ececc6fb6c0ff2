package app_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// sockFilter is one instruction of the kernel's packet filter machine (linux/filter.h).
type sockFilter struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

// becomeWithoutSockets installs a seccomp filter that ends the process at the
// first call of socket(2), and runs this binary again under it. It needs no
// privilege. The numbers are those of linux/prctl.h, linux/seccomp.h and linux/bpf_common.h.
func becomeWithoutSockets() {
	const (
		prSetNoNewPrivs, prSetSeccomp, modeFilter = 38, 22, 2
		load, jumpIfEqual, ret                    = 0x20, 0x15, 0x06
		killProcess, allow                        = 0x80000000, 0x7fff0000
	)
	runtime.LockOSThread()
	filter := []sockFilter{{load, 0, 0, 0}, {jumpIfEqual, 0, 1, syscall.SYS_SOCKET}, {ret, 0, 0, killProcess}, {ret, 0, 0, allow}}
	program := struct {
		length uint16
		filter *sockFilter
	}{uint16(len(filter)), &filter[0]}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		panic(errno)
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prSetSeccomp, modeFilter, uintptr(unsafe.Pointer(&program))); errno != 0 {
		panic(errno)
	}
	panic(syscall.Exec("/proc/self/exe", os.Args, []string{stageEnv + "=" + os.Getenv("SWAGE_TEST_NEXT")}))
}

func withoutSockets(t *testing.T, stage string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = []string{stageEnv + "=filter", "SWAGE_TEST_NEXT=" + stage}
	return cmd
}

// The offline commands open no connection: they work where opening a socket ends the process.
func TestNoCommandOpensASocket(t *testing.T) {
	var killed *exec.ExitError
	if err := withoutSockets(t, "dial").Run(); !errors.As(err, &killed) || killed.Sys().(syscall.WaitStatus).Signal() != syscall.SIGSYS {
		t.Fatalf("the filter does not work: dialling ends with %v", err)
	}
	pods, templates := filepath.Join(captured, "4.1.2.yaml"), filepath.Join(examples, "templates")
	for _, line := range []string{"render", "render -o json", "render -o patch", "render -o changes", "diff", "explain", "explain -o json", "why-not", "lint"} {
		args := append(strings.Fields(line), "-f", pods, "-t", templates, "-t", filepath.Join(examples, "system"))
		if out, err := withoutSockets(t, "swage", args...).Output(); err != nil || len(out) == 0 && line != "lint" {
			t.Errorf("swage %s: %v, %d bytes", line, err, len(out))
		}
	}
	for _, output := range []string{"name", "yaml", "json"} {
		args := []string{"submit", "--dry-run=client", "-o", output, "--master", "k8s://https://h", "--conf", "spark.kubernetes.container.image=spark:4.1.2", "local:///pi.py"}
		if out, err := withoutSockets(t, "swage", args...).Output(); err != nil || len(out) == 0 {
			t.Errorf("swage submit -o %s: %v, %d bytes", output, err, len(out))
		}
	}
	if err := withoutSockets(t, "swage", "version").Run(); err != nil {
		t.Errorf("swage version: %v", err)
	}
}
