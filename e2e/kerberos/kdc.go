package kerberos

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"swage.dev/swage/e2e/needs"
	"swage.dev/swage/e2e/process"
)

// Realm is the one realm of the KDC.
const Realm = "SWAGE.TEST"

// Options say how to start a KDC. Dir and Address are required.
type Options struct {
	// Dir is a folder of the caller's, which exists and has no other KDC in it.
	Dir string
	// Address is where it listens, as HOST:PORT, for TCP and UDP.
	Address string
	// Enter is process.Spec's. Default: nothing.
	Enter func() error
	// Log receives what it says. Default: kdc.log in Dir.
	Log string
}

// KDC is a running one. Whoever started it must call Stop, or end the machine
// that it entered.
type KDC struct {
	opts    Options
	process *process.Process
}

// Start makes an empty realm and returns when the KDC answers.
func Start(ctx context.Context, opts Options) (*KDC, error) {
	if missing := needs.Missing(ctx, needs.Kerberos()); len(missing) > 0 {
		return nil, fmt.Errorf("%w: install Debian's %s (make e2e-deps does)", needs.ErrNotPossible, strings.Join(missing, " "))
	}
	if opts.Log == "" {
		opts.Log = filepath.Join(opts.Dir, "kdc.log")
	}
	k := &KDC{opts: opts}
	if err := k.start(ctx); err != nil {
		return nil, fmt.Errorf("start a KDC: %w", err)
	}
	return k, nil
}

func (k *KDC) start(ctx context.Context) error {
	for name, text := range map[string]string{clientConf: k.Config(), serverConf: k.serverConfig()} {
		if err := os.WriteFile(k.file(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	// The password is that of the database's master key, which the stash keeps.
	if err := k.run(ctx, "kdb5_util", "create", "-s", "-r", Realm, "-P", "master"); err != nil {
		return err
	}
	path, err := exec.LookPath("krb5kdc")
	if err != nil {
		return err
	}
	k.process, err = process.Start(process.Spec{
		Name: "krb5kdc", Path: path, Args: []string{"-n"}, Env: k.environment(), LogFile: k.opts.Log, Enter: k.opts.Enter, Dir: "/",
	})
	if err != nil {
		return err
	}
	return k.process.WaitReady(ctx, k.answers)
}

func (k *KDC) answers(ctx context.Context) error {
	link, err := (&net.Dialer{}).DialContext(ctx, "tcp", k.opts.Address)
	if err != nil {
		return err
	}
	return link.Close()
}

// Stop ends it. What it wrote is the caller's folder.
func (k *KDC) Stop(ctx context.Context) error { return k.process.Stop(ctx) }

// Keytab makes principals with random keys, as NAME or NAME/HOST of the realm,
// and writes the keys of all of them to a file.
func (k *KDC) Keytab(ctx context.Context, file string, principals ...string) error {
	for _, principal := range principals {
		// Each argument is an option's value or a name: kadmin.local asks no shell.
		for _, command := range [][]string{{"addprinc", "-randkey", principal}, {"ktadd", "-k", file, principal}} {
			if err := k.run(ctx, "kadmin.local", append([]string{"-r", Realm}, command...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// Ticket writes a ticket of a principal whose key a keytab has to a cache of
// tickets, as a user does who logs in.
func (k *KDC) Ticket(ctx context.Context, cache, keytab, principal string) error {
	return k.run(ctx, "kinit", "-c", cache, "-k", "-t", keytab, principal)
}

// run runs one of MIT's programs on the database and the configuration here,
// and reports what it said: some of them exit with 0 when they failed.
func (k *KDC) run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), k.environment()...)
	cmd.Dir = k.opts.Dir
	out, err := cmd.CombinedOutput()
	if err == nil && strings.Contains(string(out), name+": ") {
		err = errSaid
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}
