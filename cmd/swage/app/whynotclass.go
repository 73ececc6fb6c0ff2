package app

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/submitter/apiserver"
)

// tellClass notes that no installation is of the class, whose templates nobody
// reads then. It is no error: who labels a server in his own way has one all the same.
func (q *whyNot) tellClass(cmd *cobra.Command, at *place) error {
	var servers appsv1.DeploymentList
	err := at.server.List(cmd.Context(), apiserver.Ref{APIVersion: "apps/v1", Kind: "Deployment"}, url.Values{"labelSelector": {doctor.ServerLabels}}, &servers)
	switch {
	case apierrors.IsForbidden(err) && q.class != "":
		notes(cmd.ErrOrStderr(), []string{fmt.Sprintf("whether there is an installation of class %q is not known: you may not list deployments.apps", q.class)})
		return nil
	case apierrors.IsForbidden(err):
		return nil
	case err != nil:
		return failure{ExitServer, err}
	}
	var classes []string
	for i := range servers.Items {
		classes = append(classes, doctor.ClassOf(&servers.Items[i]))
	}
	if note := classNote(q.class, classes); note != "" {
		notes(cmd.ErrOrStderr(), []string{note})
	}
	return nil
}

// classNote says that a class is none of those that installations have, "" where it is. Without any installation the walk says so.
func classNote(class string, classes []string) string {
	if len(classes) == 0 || slices.Contains(classes, class) {
		return ""
	}
	slices.Sort(classes)
	var quoted []string
	for _, one := range slices.Compact(classes) {
		if one == "" {
			quoted = append(quoted, "one without a class")
			continue
		}
		quoted = append(quoted, fmt.Sprintf("%q", one))
	}
	there := strings.Join(quoted, ", ")
	if class == "" {
		return "every installation in this cluster has a class, " + there + ": name one by --class"
	}
	return fmt.Sprintf("no installation in this cluster is of class %q; there are: %s", class, there)
}
