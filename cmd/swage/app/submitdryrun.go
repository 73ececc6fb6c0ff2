package app

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// The kinds of dry runs, as kubectl names them.
const (
	dryClient = "client"
	dryServer = "server"
)

// dryRun is the kind of dry run that is asked for, "" for a real one. Options
// that do not fit are refused.
func dryRun(cmd *cobra.Command, line *commandline.Line) (string, error) {
	if err := checkShape(cmd, line); err != nil {
		return "", err
	}
	mode := line.Own["--dry-run"]
	switch {
	case line.Own["--wait"] != "" && line.Own["--no-wait"] != "":
		return "", usageError(cmd, errors.New("--wait and --no-wait: choose one"))
	case mode == dryClient || mode == dryServer:
		return mode, nil
	case mode == "true": // --dry-run alone
		return dryClient, nil
	case mode != "" && mode != "none":
		return "", usageError(cmd, fmt.Errorf("--dry-run is %q: expected client or server", mode))
	case line.Own["--output"] != "":
		return "", usageError(cmd, errors.New("--output is for --dry-run"))
	}
	return "", nil
}

// printPlan prints what would be created, as planned or as the API server would
// store it. Secrets neither reach the output nor, for this, the server.
func printPlan(cmd *cobra.Command, p *Process, r *request, mode string) error {
	format, err := objectFormat(cmd, r.Line)
	if err != nil {
		return err
	}
	how := "dry run"
	if mode == dryServer {
		how = "server dry run"
	}
	objects, err := dryObjects(cmd, p, r, mode, " ("+how+")")
	if err != nil {
		return err
	}
	text, err := format(objects, how)
	if err != nil {
		return err
	}
	return printAll(cmd, text)
}

func dryObjects(cmd *cobra.Command, p *Process, r *request, mode, how string) ([]submitter.Object, error) {
	if mode == dryClient {
		plan, err := planned(cmd.Context(), p, r, true)
		if err != nil {
			return nil, err
		}
		tellPlan(cmd, plan, how)
		return plan.All(), checkUpload(cmd, p, plan.Upload)
	}
	plan, at, err := prepared(cmd.Context(), cmd, p, r, how)
	if err != nil {
		return nil, err
	}
	if err := checkUpload(cmd, p, plan.Upload); err != nil {
		return nil, err
	}
	if plan.Staging != nil && plan.Staging.Claim != nil {
		if err := lifecycle.CheckStaging(cmd.Context(), at.server, plan); err != nil {
			return nil, failure{ExitServer, err}
		}
	}
	objects, err := lifecycle.DryRun(cmd.Context(), at.server, plan)
	if err != nil {
		return nil, failure{ExitServer, err}
	}
	return objects, nil
}
