package certmanager

import (
	"context"
	"errors"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/process"
	"swage.dev/swage/e2e/programs"
)

// Options say where cert-manager runs. All are required.
type Options struct {
	// Config and Kubeconfig reach the API server, as an administrator.
	Config     *rest.Config
	Kubeconfig string
	// LogFile receives what the controllers log.
	LogFile string
}

// CertManager is a running cert-manager. Whoever started it must call Stop.
type CertManager struct {
	*process.Process
	client dynamic.Interface
}

// Start installs cert-manager's types and runs its controllers.
func Start(ctx context.Context, opts Options) (*CertManager, error) {
	client, err := dynamic.NewForConfig(opts.Config)
	if err != nil {
		return nil, err
	}
	paths, err := programs.Build(ctx, programs.Options{}, programs.CertManager)
	if err != nil {
		return nil, err
	}
	if err := InstallTypes(ctx, client); err != nil {
		return nil, err
	}
	m := &CertManager{client: client}
	m.Process, err = process.Start(process.Spec{
		Name: "cert-manager", Path: paths[programs.CertManager], LogFile: opts.LogFile,
		Args: []string{"-kubeconfig=" + opts.Kubeconfig},
	})
	return m, err
}

// Close ends the controllers and takes the types away, with all objects of them.
func (m *CertManager) Close(ctx context.Context) error {
	return errors.Join(m.Stop(ctx), removeTypes(ctx, m.client))
}
