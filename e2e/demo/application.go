package main

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/sparkpods"
	"swage.dev/swage/podtemplate"
)

// application is one spark-submit and what becomes of its pods.
type application struct {
	*sparkpods.App
	version string
	command string
	pods    []*pod // the driver first
}

// pod is one pod at three moments, as the API server has it.
type pod struct {
	title   string
	file    string      // of what is expected
	plain   *corev1.Pod // as it would be without Swage
	offline *corev1.Pod // as "swage render" makes it from a file
	stored  *corev1.Pod // as the webhook and the API server made it
	why     explanation // by "swage explain"
}

// newApplication reads what was captured. The application of Spark 4 asks for
// the template "spot", by the one option that a user would add.
func newApplication(root, version string) (*application, error) {
	app, err := sparkpods.Load(root, version)
	if err != nil {
		return nil, err
	}
	a := &application{App: app, version: version, command: "spark-submit --deploy-mode cluster --name pi ... pi.py"}
	if strings.HasPrefix(version, "4.") {
		const option = "spark.kubernetes.driver.annotation." + podtemplate.TemplatesAnnotation + "=spot"
		a.command = "spark-submit --deploy-mode cluster --name pi --conf " + option + " ... pi.py"
		metav1.SetMetaDataAnnotation(&app.Driver.ObjectMeta, podtemplate.TemplatesAnnotation, "spot")
	}
	a.pods = append(a.pods, &pod{title: "driver", file: version + "-driver.yaml"})
	for i := range app.Executors {
		a.pods = append(a.pods, &pod{
			title: fmt.Sprintf("executor %d", i+1), file: fmt.Sprintf("%s-executor-%d.yaml", version, i+1),
		})
	}
	return a, nil
}

// submit creates what spark-submit creates, the driver first, and then what the
// driver does: its executors.
func (a *application) submit(ctx context.Context, client kubernetes.Interface) (err error) {
	core, opts := client.CoreV1(), metav1.CreateOptions{FieldManager: "spark"}
	if a.pods[0].stored, err = core.Pods(namespace).Create(ctx, a.Driver, opts); err != nil {
		return err
	}
	a.OwnedBy(a.pods[0].stored)
	for _, cm := range a.ConfigMaps {
		if _, err := core.ConfigMaps(namespace).Create(ctx, cm, opts); err != nil {
			return err
		}
	}
	for _, service := range a.Services {
		if _, err := core.Services(namespace).Create(ctx, service, opts); err != nil {
			return err
		}
	}
	for i, executor := range a.Executors {
		if a.pods[i+1].stored, err = core.Pods(namespace).Create(ctx, executor, opts); err != nil {
			return err
		}
	}
	return nil
}

// dryRun asks the API server what it would store.
func dryRun(ctx context.Context, client kubernetes.Interface, pod *corev1.Pod) (*corev1.Pod, error) {
	return client.CoreV1().Pods(namespace).Create(ctx, pod, metav1.CreateOptions{
		FieldManager: "spark", DryRun: []string{metav1.DryRunAll},
	})
}
