package app

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// submission does what spark-submit --status and --kill do, in their words, on standard error as they.
func submission(cmd *cobra.Command, p *Process, line *commandline.Line) error {
	id, killing := line.Values["--kill"]
	status, asking := line.Values["--status"]
	switch {
	case killing && asking:
		return usageError(cmd, errors.New("--kill and --status: choose one"))
	case asking:
		id = status
	}
	s, drivers, server, err := submitted(cmd, p, line, id)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	if asking {
		fmt.Fprintf(stderr, "Submitting a request for the status of submission %s in %s.\n", id, s.Master)
	} else {
		fmt.Fprintf(stderr, "Submitting a request to kill submission %s in %s. Grace period in secs: %s\n", id, s.Master, graceText(s))
	}
	found, err := drivers()
	if err != nil {
		return failure{ExitServer, err}
	}
	if len(found) == 0 {
		fmt.Fprintln(stderr, map[bool]string{true: "No applications found.", false: "Application not found."}[s.Glob])
	}
	for _, driver := range found {
		if asking {
			fmt.Fprintf(stderr, "Application status (driver): %s\n", lifecycle.SparkState(driver))
		} else if err := killDriver(cmd, server, s, driver); err != nil {
			return err
		}
	}
	return nil
}

func graceText(s *submitter.Submission) string {
	if s.Grace == nil {
		return "not set."
	}
	return fmt.Sprintf("%.0f", s.Grace.Seconds())
}

func killDriver(cmd *cobra.Command, server *apiserver.Server, s *submitter.Submission, driver *corev1.Pod) error {
	fmt.Fprintf(cmd.ErrOrStderr(), "Deleting driver pod: %s.\n", driver.Name)
	if err := lifecycle.KillDriver(cmd.Context(), server, driver, s.Grace); err != nil {
		return failure{ExitServer, err}
	}
	return nil
}

// submitted reads the line, and returns how to find the drivers that it means.
func submitted(cmd *cobra.Command, p *Process, line *commandline.Line, id string) (*submitter.Submission, func() ([]*corev1.Pod, error), *apiserver.Server, error) {
	context, err := contextOf(line)
	if err != nil {
		return nil, nil, nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("the working directory: %w", err)
	}
	files := kubeconfigs(p, line)
	s, err := submitter.ReadSubmission(submitter.Options{
		Line: line, Env: p.Env, Files: os.DirFS("/"), Dir: dir,
		Server: func(set string) (string, error) { return files.Server(cmp.Or(context, set)) },
	}, id)
	if err != nil {
		return nil, nil, nil, err
	}
	client, _, err := files.Connect(s.Server, s.Access, slowPlugin(cmd))
	if err != nil {
		return nil, nil, nil, err
	}
	namespace, err := files.Namespace(s.Access.Context)
	if err != nil {
		return nil, nil, nil, err
	}
	namespace = cmp.Or(line.Own["--namespace"], namespace)
	if !s.Glob {
		namespace = cmp.Or(namespace, "default")
	}
	server := newServer(cmd, s.Server, client)
	return s, func() ([]*corev1.Pod, error) { return lifecycle.Drivers(cmd.Context(), server, s, namespace) }, server, nil
}
