package namenode

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"swage.dev/swage/e2e/process"
)

// Start runs the service on this machine, by its own Java and the jars of a
// SPARK_HOME, with its files and its log in a folder of the caller's. It returns
// when it listens. Whoever started it must stop it.
func (o Options) Start(ctx context.Context, dir, sparkHome string) (*process.Process, error) {
	for name, text := range o.files(dir) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, keytab), o.Keytab, 0o600); err != nil {
		return nil, err
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, err
	}
	running, err := process.Start(process.Spec{
		Name: Name, Path: java, Args: o.args(dir, filepath.Join(sparkHome, "jars")), Dir: dir, LogFile: filepath.Join(dir, "log"),
	})
	if err != nil {
		return nil, err
	}
	return running, running.WaitReady(ctx, func(ctx context.Context) error {
		link, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(o.Address, strconv.Itoa(o.port())))
		if err != nil {
			return err
		}
		return link.Close()
	})
}
