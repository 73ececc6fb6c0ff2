package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/e2e/testca"
	"swage.dev/swage/podtemplate"
)

// Names of the installation, as the chart makes them.
const (
	system       = chart.Namespace
	service      = "swage-webhook"
	registration = "00-swage"
	checking     = "swage-templates"
	secret       = "swage-tls"
	host         = service + "." + system + ".svc"
	// jobs is a namespace with a template.
	jobs = "jobs"
)

// world is an installation that is well.
type world struct {
	dir      string // of files of the installation
	ca       *testca.CA
	replicas []*replica
	helm     *chart.Helm
}

// patience is long: others use the machine.
var patience = await.Patience{Every: 20 * time.Millisecond, Timeout: 2 * time.Minute}

// startTime is for building the programs as well, of which Go's cache may know nothing.
const startTime = 10 * time.Minute

func newWorld(ctx context.Context) (w *world, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	w = &world{}
	if w.dir, err = os.MkdirTemp("", "swage-doctor-"); err != nil {
		return nil, err
	}
	if w.ca, err = testca.New(); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{
		w.certificate, w.install, nodes, w.start, w.trust, awaitCalls, w.template,
	} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, w.end(context.WithoutCancel(ctx)))
		}
	}
	return w, nil
}

func (w *world) end(ctx context.Context) error {
	var errs []error
	for _, r := range w.replicas {
		errs = append(errs, r.process.Stop(ctx))
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}

// install installs the chart. That certificates come by files keeps the server
// from mending what a test breaks in the registrations.
func (w *world) install(ctx context.Context) error {
	root, err := product.Root(ctx, "")
	if err != nil {
		return err
	}
	if w.helm, err = chart.New(ctx, root, filepath.Join(w.dir, "helm")); err != nil {
		return err
	}
	return w.release(ctx, "install")
}

// release installs or upgrades the release, with these values besides its own.
func (w *world) release(ctx context.Context, command string, values ...string) error {
	args := []string{command, chart.Release, w.helm.Chart(), "--namespace", system, "--set", "certificates.source=files", "--set", "certificates.secretName=" + secret}
	for _, value := range values {
		args = append(args, "--set", value)
	}
	if command == "upgrade" {
		args = append(args, "--force-conflicts") // over what tests wrote by hand
	}
	if out, err := w.helm.Run(ctx, server.Kubeconfig(), args...); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// nodes are three, in two zones. The API server taints each new one until its
// controller has seen that it is ready.
func nodes(ctx context.Context) error {
	for name, zone := range map[string]string{"node-a": "a", "node-b": "b", "node-c": "b"} {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyZone: zone}}}
		made, err := server.Client().CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		made.Spec.Taints = nil
		if _, err := server.Client().CoreV1().Nodes().Update(ctx, made, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// awaitCalls waits until API servers ask the server about pods and templates.
func awaitCalls(ctx context.Context) error {
	return await.Effect(ctx, patience.Every, func(ctx context.Context) error {
		return errors.Join(swagewebhook.Called(ctx, server.Client()), swagewebhook.Checks(ctx, server.Client()))
	})
}

// template makes a namespace for Spark with a template.
func (w *world) template(ctx context.Context) error {
	if err := makeNamespace(ctx, jobs); err != nil {
		return err
	}
	template := swagetest.TemplateMap(jobs, "base", podtemplate.Default, map[string]string{"pod.yaml": "metadata: {labels: {shaped: \"yes\"}}\n"})
	_, err := server.Client().CoreV1().ConfigMaps(jobs).Create(ctx, template, metav1.CreateOptions{})
	return err
}

func makeNamespace(ctx context.Context, name string) error {
	_, err := server.Client().CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	_, err = server.Client().CoreV1().ServiceAccounts(name).Create(ctx, account, metav1.CreateOptions{})
	return err
}
