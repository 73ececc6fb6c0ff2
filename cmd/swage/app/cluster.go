package app

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/rest"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// clusterFlags say which cluster and namespace, as kubectl's flags do.
type clusterFlags struct {
	namespace, context, kubeconfig string
}

func (f *clusterFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.namespace, "namespace", "n", "", "namespace; default that of the context")
	flags.StringVar(&f.context, "context", "", "context of the kubeconfig; default the current one")
	flags.StringVar(&f.kubeconfig, "kubeconfig", "", "the kubeconfig")
}

// place is a namespace of a cluster that can be reached, or with "" all of them.
type place struct {
	server    *apiserver.Server
	config    *rest.Config
	namespace string
}

func (f *clusterFlags) connect(cmd *cobra.Command, p *Process) (*place, error) {
	files := kubeconfig.Files{Explicit: f.kubeconfig, Env: p.Env}
	config, err := files.Config(f.context)
	if err != nil {
		return nil, err
	}
	set, err := files.Namespace(f.context)
	if err != nil {
		return nil, err
	}
	namespace := cmp.Or(f.namespace, set, "default")
	if len(validation.IsDNS1123Label(namespace)) > 0 {
		return nil, usageError(cmd, fmt.Errorf("the namespace is %q: expected lower case letters, digits and -, at most 63 of them", namespace))
	}
	client, err := kubeconfig.Client(config, slowPlugin(cmd))
	if err != nil {
		return nil, err
	}
	server := newServer(cmd, config.Host, client)
	server.Trust = "by certificate-authority in the kubeconfig" // no setting of Spark's is read here
	return &place{server: server, config: config, namespace: namespace}, nil
}

// namespacesFlags are clusterFlags of a command that takes all namespaces at once, too.
type namespacesFlags struct {
	clusterFlags
	all bool
}

func (f *namespacesFlags) register(cmd *cobra.Command) {
	f.clusterFlags.register(cmd)
	cmd.Flags().BoolVarP(&f.all, "all-namespaces", "A", false, "of all namespaces")
}

// connect is that of clusterFlags; the place's namespace is "" for all.
func (f *namespacesFlags) connect(cmd *cobra.Command, p *Process) (*place, error) {
	if f.all && f.namespace != "" {
		return nil, usageError(cmd, errors.New("--namespace and --all-namespaces: choose one"))
	}
	at, err := f.clusterFlags.connect(cmd, p)
	if err == nil && f.all {
		at.namespace = ""
	}
	return at, err
}

// newServer is an API server whose warnings go to the user, once each, and who is told once that it is slow.
func newServer(cmd *cobra.Command, url string, client *http.Client) *apiserver.Server {
	server := apiserver.New(url, client)
	server.Trust = "in the kubeconfig, or by " + submitter.SettingAuthority
	server.Warned = once(func(text string) { fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", text) })
	server.Slow = once(func(at string) { fmt.Fprintf(cmd.ErrOrStderr(), "waiting for the API server at %s\n", at) })
	return server
}

// slowPlugin tells the user for what he waits where that is not the API server.
func slowPlugin(cmd *cobra.Command) func(plugin string) {
	return func(plugin string) {
		fmt.Fprintf(cmd.ErrOrStderr(), "waiting for the kubeconfig's credential plugin %s\n", plugin)
	}
}

// find connects, and finds the application that a word names.
func (f *clusterFlags) find(cmd *cobra.Command, p *Process, word string) (*place, *lifecycle.Pods, error) {
	at, err := f.connect(cmd, p)
	if err != nil {
		return nil, nil, err
	}
	app, err := lifecycle.Find(cmd.Context(), at.server, at.namespace, word)
	if errors.Is(err, submitter.ErrRefused) {
		return nil, nil, usageError(cmd, err)
	}
	if err != nil {
		return nil, nil, failure{ExitServer, err}
	}
	return at, app, nil
}

// applicationArgument is what usage says of the word that names an application.
const applicationArgument = `APPLICATION is the name of its driver's pod or its Job, its id, its schedule's name
for the last run, or its name where only one has that; NAMESPACE:POD works, too.
Whoever submitted it: Spark's labels tell.`

func oneApplication(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError(cmd, fmt.Errorf("%d words: expected one, the APPLICATION", len(args)))
	}
	return nil
}

func someApplications(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError(cmd, errors.New("which APPLICATION?"))
	}
	return nil
}
