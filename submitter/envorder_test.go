package submitter_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// envTemplate is a driver's pod template with variables NAME=VALUE.
func envTemplate(variables ...string) []byte {
	text := "spec: {containers: [{name: spark-kubernetes-driver, env: ["
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		text += "{name: " + name + ", value: \"" + value + "\"}, "
	}
	return []byte(text + "]}]}")
}

func envOrder(c *corev1.Container, names string) string {
	var order []string
	for _, v := range c.Env {
		if slices.Contains(strings.Split(names, " "), v.Name) {
			order = append(order, v.Name)
		}
	}
	return strings.Join(order, " ")
}

// S24: Kubernetes puts $(NAME) into a variable's value only where NAME stands before it. What a manifest's variables refer to may
// come by settings, which Spark puts behind its pod template.
func TestS24VariablesComeBehindThoseTheyReferTo(t *testing.T) {
	settings := []string{"spark.kubernetes.driverEnv.HOST=db", "spark.kubernetes.driver.secretKeyRef.PASSWORD=s:k"}
	for _, row := range []struct {
		rule      string
		variables []string
		want      string
	}{
		{"of settings", []string{"URL=x://$(PASSWORD)@$(HOST)", "A=1"}, "A HOST PASSWORD URL"},
		{"of each other", []string{"A=$(URL)", "URL=x://$(HOST)"}, "HOST URL A PASSWORD"},
		{"what refers to none stays", []string{"A=1", "URL=$$(HOST) $(NONE) $(URL"}, "A URL HOST PASSWORD"},
		{"in a circle there is no order", []string{"A=$(URL)", "URL=$(A)"}, "HOST PASSWORD A URL"},
		{"itself", []string{"A=$(A)", "URL=1"}, "A URL HOST PASSWORD"},
		{"of two of one name the last counts", []string{"HOST=$(PASSWORD)", "A=$(HOST)"}, "HOST A HOST PASSWORD"},
	} {
		objects, err := givenPlan(t, submitter.Given{DriverTemplate: envTemplate(row.variables...)}, settings...)
		if err != nil {
			t.Fatal(err)
		}
		if got := envOrder(sparkOf(t, objects), "A URL HOST PASSWORD"); got != row.want {
			t.Errorf("%s: got %s, want %s", row.rule, got, row.want)
		}
	}
}

// S21: the pod's name is Swage's in a Job, and what the pod template made of its own stays behind it.
func TestS21VariablesComeBehindTheAttempts(t *testing.T) {
	objects := submittertest.Request{
		Version: "4.1.2", Job: &submitter.JobOptions{Retries: 2}, Args: []string{"--conf", "spark.kubernetes.driver.podTemplateFile=/t.yaml"},
		Files: fstest.MapFS{"t.yaml": {Data: envTemplate("POD_NAME=mine", "LOG=/logs/$(POD_NAME)")}},
	}.Must(t)
	if got := envOrder(&objects.Job.Spec.Template.Spec.Containers[0], "POD_NAME LOG"); got != "POD_NAME LOG" {
		t.Errorf("got %s", got)
	}
}

// S24: executors have their variables in Spark's order, which is told where it loses something.
func TestS24ExecutorsVariablesInVain(t *testing.T) {
	const note = "$(PASSWORD) in the executors' variable URL stays as it is written"
	template := []byte(strings.ReplaceAll(string(envTemplate("A=$(NONE)", "URL=$(PASSWORD)", "PASSWORD2=1", "B=$(PASSWORD2)")), "driver", "executor"))
	for _, named := range []bool{false, true} {
		objects, err := givenPlan(t, submitter.Given{ExecutorTemplate: template, Named: named}, "spark.kubernetes.executor.secretKeyRef.PASSWORD=s:k", "spark.executorEnv.PASSWORD2=x")
		if err != nil {
			t.Fatal(err)
		}
		if notes := strings.Join(objects.Notes, "\n"); strings.Contains(notes, note) == named || strings.Count(notes, "stays as it is written") > 1 {
			t.Errorf("named %t: %q", named, notes)
		}
	}
}
