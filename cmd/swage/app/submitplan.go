package app

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// planned plans the request in the surroundings of the process.
func planned(ctx context.Context, p *Process, r *request, redact bool) (*submitter.Objects, error) {
	options, err := planOptions(ctx, p, r.Line, redact)
	if err != nil {
		return nil, err
	}
	return r.plan(options)
}

func planOptions(ctx context.Context, p *Process, line *commandline.Line, redact bool) (submitter.Options, error) {
	kubecontext, err := contextOf(line)
	if err != nil {
		return submitter.Options{}, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return submitter.Options{}, fmt.Errorf("the working directory: %w", err)
	}
	timeout, err := longEnough(line, "--driver-timeout")
	if err != nil {
		return submitter.Options{}, err
	}
	stage, err := longEnough(line, "--stage-timeout")
	if err != nil {
		return submitter.Options{}, err
	}
	job, err := jobOptions(line)
	if err != nil {
		return submitter.Options{}, err
	}
	files := kubeconfigs(p, line)
	return submitter.Options{
		Line: line, SparkVersion: line.Own["--spark-version"], Namespace: line.Own["--namespace"],
		ConfIn: submitter.ConfIn(line.Own["--conf-in"]), Redact: redact,
		ExecutorsBy: submitter.ExecutorsBy(line.Own["--executors-by"]), Gang: line.Own["--gang"] != "",
		HelperImage: line.Own["--helper-image"], DriverTimeout: timeout, StageTimeout: stage, StageTo: line.Own["--stage-to"], Job: job,
		Server: func(set string) (string, error) { return files.Server(cmp.Or(kubecontext, set)) },
		Tokens: tokensBy(ctx, p, line),
		Env:    p.Env, Files: os.DirFS("/"), Dir: dir, User: userName(p), Now: p.Now, Random: p.Random,
	}, nil
}

func kubeconfigs(p *Process, line *commandline.Line) kubeconfig.Files {
	return kubeconfig.Files{Explicit: line.Own["--kubeconfig"], Env: p.Env}
}

// userName is the user of the environment. The system's own answer may come
// from a server, by a socket: it is asked where the environment says none, as in
// containers.
func userName(p *Process) string {
	for _, name := range []string{"USER", "LOGNAME"} {
		if user, _ := p.Env(name); user != "" {
			return user
		}
	}
	return p.Account()
}

// longEnough is an option's time of a second or more, 0 where it is not given.
func longEnough(line *commandline.Line, option string) (time.Duration, error) {
	text, given := line.Own[option]
	if !given {
		return 0, nil
	}
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout < time.Second {
		return 0, fmt.Errorf("%s is %q: expected a time of a second or more, such as 90s or 15m", option, text)
	}
	return timeout, nil
}

// contextOf is --context, which is another way to write a setting.
func contextOf(line *commandline.Line) (string, error) {
	const key = "spark.kubernetes.context"
	context, given := line.Own["--context"]
	set, also := line.Conf[key]
	if given && also && context != set {
		return "", fmt.Errorf("two contexts: --context %s and %s=%s", context, key, set)
	}
	if given {
		line.Conf[key] = context
	}
	return context, nil
}
