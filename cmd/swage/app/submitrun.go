package app

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// run creates the application and, unless told otherwise, waits for its end.
func run(cmd *cobra.Command, p *Process, line *commandline.Line) error {
	ctx, stop := p.Interrupts(cmd.Context())
	defer stop()
	cmd.SetContext(ctx)
	after, err := executorsAfter(line)
	if err != nil {
		return usageError(cmd, err)
	}
	objects, err := planned(p, line, false)
	if err != nil {
		return err
	}
	tellPlan(cmd, objects, "")
	server, err := connect(cmd, p, line, objects)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	driver, err := submitter.Apply(cmd.Context(), server, objects)
	if err != nil {
		return failure{ExitServer, err}
	}
	// Wrappers of spark-submit look for these very words.
	fmt.Fprintf(stderr, "application ID %s, submission ID %s:%s\npod name: %s\n", objects.AppID, driver.Namespace, driver.Name, driver.Name)
	made := &executors{server: server, driver: driver, objects: objects, after: after, tell: tellNotes(cmd)}
	if line.Own["--no-wait"] != "" || line.Own["--wait"] == "" && !objects.Wait {
		return made.make(cmd.Context())
	}
	return made.during(cmd.Context(), func() error { return await(cmd, server, objects, driver, line.Own["--exit-zero"] != "") })
}

// connect is the API server of a plan. What it warns of goes to the user, once.
func connect(cmd *cobra.Command, p *Process, line *commandline.Line, objects *submitter.Objects) (*submitter.Server, error) {
	client, warning, err := kubeconfigs(p, line).Connect(objects.Server, objects.Access)
	if err != nil {
		return nil, err
	}
	warn := once(func(text string) { fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", text) })
	if warning != "" {
		warn(warning)
	}
	server := submitter.NewServer(objects.Server, client)
	server.Warned = warn
	return server, nil
}

// once tells each text once. It may be called by several goroutines.
func once(tell func(string)) func(string) {
	var lock sync.Mutex
	told := map[string]bool{}
	return func(text string) {
		lock.Lock()
		defer lock.Unlock()
		if !told[text] {
			told[text] = true
			tell(text)
		}
	}
}

func await(cmd *cobra.Command, server *submitter.Server, objects *submitter.Objects, driver *corev1.Pod, exitZero bool) error {
	stderr := cmd.ErrOrStderr()
	containers := objects.Driver.Spec.Containers
	outcome, err := submitter.Wait(cmd.Context(), server, driver, submitter.WaitOptions{
		Container: containers[len(containers)-1].Name, // a plan has Spark's last
		Changed:   tellPhase(stderr),
	})
	if cmd.Context().Err() != nil {
		return failure{ExitInterrupted, fmt.Errorf("interrupted; the application goes on: kubectl -n %s logs -f %s", driver.Namespace, driver.Name)}
	}
	if err != nil {
		return failure{ExitServer, err}
	}
	fmt.Fprintf(stderr, "exit code: %d\n", outcome.ExitCode)
	switch {
	case exitZero || outcome.ExitCode == 0:
		return nil
	case outcome.Reason != "":
		return failure{outcome.ExitCode, errors.New(outcome.Reason)}
	}
	return failure{outcome.ExitCode, nil}
}

// tellPhase says each phase once.
func tellPhase(stderr io.Writer) func(submitter.Pods) {
	var last corev1.PodPhase
	return func(pods submitter.Pods) {
		if phase := pods.Driver.Status.Phase; phase != last {
			last = phase
			fmt.Fprintf(stderr, "phase: %s\n", last)
		}
	}
}

// failure ends a command with an exit code of its own. Without an error there
// is nothing more to say.
type failure struct {
	code int
	err  error
}

func (f failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

func (f failure) Unwrap() error { return f.err }
