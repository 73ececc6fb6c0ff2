package swagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/swagewebhook"
)

// Server is the API server and the webhook of a test package. Main starts them.
type Server struct {
	clustertest.Server
	// Swage is the running binary; nil before Main.
	Swage *swagewebhook.Program
	// Binary is its file.
	Binary string
	// After is asked when all tests have run, while both are still there. Its
	// error fails the package. Default: nothing.
	After func(context.Context) error
}

// startTimeout is for building as well: Go's cache may know nothing of the
// programs, and others use the machine.
const startTimeout = 10 * time.Minute

// Main starts both, runs the package's tests and stops both. It returns the
// exit status for os.Exit. args are added to swage-webhook's command line.
func (s *Server) Main(m *testing.M, args ...string) int {
	return s.MainBeside(m, cluster.Options{}, func(ctx context.Context) (func(context.Context) error, error) {
		ctx, cancel := context.WithTimeout(ctx, startTimeout)
		defer cancel()
		if err := s.start(ctx, args); err != nil {
			return nil, fmt.Errorf("start swage-webhook: %w", err)
		}
		return s.stop, nil
	})
}

func (s *Server) stop(ctx context.Context) error {
	var after error
	if s.After != nil {
		after = s.After(ctx)
	}
	return errors.Join(after, s.nothingRefused(), s.Swage.Stop(ctx))
}

// nothingRefused: the servers of the tests have what the chart grants to them and
// no other right, and needed no other in any test.
func (s *Server) nothingRefused() error {
	refused, err := s.Audit().Refused(swagewebhook.Group)
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("%s: no right to that, and %d more", refused[0], len(refused)-1)
	}
	return err
}

func (s *Server) start(ctx context.Context, args []string) (err error) {
	if s.Binary, err = product.Program(ctx, product.Webhook); err != nil {
		return err
	}
	rights, err := swagewebhook.ChartRights(ctx, s.File("helm"))
	if err != nil {
		return err
	}
	s.Swage, err = swagewebhook.Start(ctx, swagewebhook.Options{
		Cluster: s.Cluster, Path: s.Binary, Args: args, Rights: &rights, Edit: leaveOut,
	})
	return err
}

// ownWebhook labels namespaces that the shared webhook is not asked about.
const ownWebhook = "swagetest/own-webhook"

func leaveOut(config *admissionv1.MutatingWebhookConfiguration) {
	for i := range config.Webhooks {
		selector := config.Webhooks[i].NamespaceSelector
		selector.MatchExpressions = append(selector.MatchExpressions,
			metav1.LabelSelectorRequirement{Key: ownWebhook, Operator: metav1.LabelSelectorOpDoesNotExist})
	}
}

// OwnWebhook makes a namespace that only the caller's own registration reaches:
// one that is edited by the function returned, under a name of its own.
func (s *Server) OwnWebhook(t testing.TB) (namespace string, edit func(*admissionv1.MutatingWebhookConfiguration)) {
	t.Helper()
	namespace = s.NamespaceWith(t, map[string]string{ownWebhook: "true"})
	return namespace, func(config *admissionv1.MutatingWebhookConfiguration) {
		config.Name += "-" + namespace
		for i := range config.Webhooks {
			config.Webhooks[i].NamespaceSelector = &metav1.LabelSelector{
				MatchLabels: map[string]string{"kubernetes.io/metadata.name": namespace},
			}
		}
	}
}
