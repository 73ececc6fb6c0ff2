package app

import (
	"cmp"
	"fmt"
	"os"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// planned plans the line in the surroundings of the process.
func planned(p *Process, line *commandline.Line, redact bool) (*submitter.Objects, error) {
	context, err := contextOf(line)
	if err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("the working directory: %w", err)
	}
	files := kubeconfigs(p, line)
	return submitter.Plan(submitter.Options{
		Line: line, SparkVersion: line.Own["--spark-version"], Namespace: line.Own["--namespace"],
		ConfIn: submitter.ConfIn(line.Own["--conf-in"]), Redact: redact,
		ExecutorsBy: submitter.ExecutorsBy(line.Own["--executors-by"]), Gang: line.Own["--gang"] != "",
		Server: func(set string) (string, error) { return files.Server(cmp.Or(context, set)) },
		Env:    p.Env, Files: os.DirFS("/"), Dir: dir, User: userName(p), Now: p.Now, Random: p.Random,
	})
}

func kubeconfigs(p *Process, line *commandline.Line) kubeconfig.Files {
	return kubeconfig.Files{Explicit: line.Own["--kubeconfig"], Env: p.Env}
}

// userName is the user of the environment. The system's own answer may come
// from a server, by a socket, which is not worth it for a name.
func userName(p *Process) string {
	for _, name := range []string{"USER", "LOGNAME"} {
		if user, set := p.Env(name); set {
			return user
		}
	}
	return ""
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
