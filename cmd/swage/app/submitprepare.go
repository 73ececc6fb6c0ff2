package app

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// prepared is a plan that has been told, and where it goes. how is the kind of dry run, "" for none.
func prepared(ctx context.Context, cmd *cobra.Command, p *Process, r *request, how string) (*submitter.Objects, *place, error) {
	objects, err := planned(ctx, p, r, how != "")
	if err != nil {
		return nil, nil, err
	}
	config, warning, err := kubeconfigs(p, r.Line).Reach(objects.Server, objects.Access)
	if err != nil {
		return nil, nil, err
	}
	client, err := kubeconfig.Client(config, slowPlugin(cmd))
	if err != nil {
		return nil, nil, err
	}
	server := newServer(cmd, objects.Server, client)
	if how == "" {
		if objects, err = naming(ctx, p, r, server, objects); err != nil {
			return nil, nil, err
		}
	}
	if r.Own["--shape"] == shapeHere {
		if objects, err = shaping(ctx, p, r, server, objects, how != ""); err != nil {
			return nil, nil, err
		}
	}
	tellPlan(cmd, objects, how)
	if warning != "" {
		server.Warn(warning)
	}
	return objects, &place{server: server, config: config, namespace: objects.Namespace}, nil
}

// The values of --shape.
const (
	shapeHere    = "here"
	shapeWebhook = "webhook"
)

func checkShape(cmd *cobra.Command, line *commandline.Line) error {
	namespace, system := line.Own["--system-namespace"]
	switch shape, dry := line.Own["--shape"], line.Own["--dry-run"]; {
	case shape != "" && shape != shapeHere && shape != shapeWebhook:
		return usageError(cmd, fmt.Errorf("--shape is %q: expected here or webhook", shape))
	case system && shape != shapeHere:
		return usageError(cmd, errors.New("--system-namespace is for --shape here"))
	case namespace != "" && len(validation.IsDNS1123Label(namespace)) > 0:
		return usageError(cmd, fmt.Errorf("--system-namespace is %q: expected lower case letters, digits and -, at most 63 of them", namespace))
	case shape == shapeHere && (dry == dryClient || dry == "true"):
		return usageError(cmd, errors.New("--shape here reads the cluster's templates: use --dry-run=server, or pipe the output into swage render"))
	}
	return nil
}

// shaping plans once more, with templates: which there are is known only where
// the first plan says who to ask.
func shaping(ctx context.Context, p *Process, r *request, server *apiserver.Server, plan *submitter.Objects, redact bool) (*submitter.Objects, error) {
	system, said := r.Own["--system-namespace"]
	if !said {
		system = podtemplate.DefaultSystemNamespace
	}
	templates, err := lifecycle.ReadTemplates(ctx, server, plan.Namespace, system)
	if err != nil {
		return nil, failure{ExitServer, err}
	}
	options, err := planOptions(ctx, p, r.Line, redact)
	if err != nil {
		return nil, err
	}
	options.Templates = templates
	return r.plan(options)
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
