package app_test

import (
	"bytes"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/app"
)

// S12: SPARK_USER of the pods is whoever submits: by the environment, and where that does not say it, as in containers, by
// the account, as with spark-submit. One that has no name, as in a container that runs as a number, is Spark's own user.
func TestS12WhoSubmits(t *testing.T) {
	account := func(name string) func() string { return func() string { return name } }
	for _, row := range []struct {
		rule    string
		env     map[string]string
		account func() string
		want    string
	}{
		{"SPARK_USER before all", map[string]string{"SPARK_USER": "a", "USER": "b"}, account("c"), "a"},
		{"the environment's user", map[string]string{"USER": "b", "LOGNAME": "x"}, account("c"), "b"},
		{"as cron says it", map[string]string{"LOGNAME": "b"}, account("c"), "b"},
		{"an empty variable says nothing", map[string]string{"USER": ""}, account("c"), "c"},
		{"no environment", nil, account("c"), "c"},
		{"no name", nil, account(""), "spark"},
		{"nobody asks", nil, nil, "spark"},
	} {
		var stdout, stderr bytes.Buffer
		code := app.Run(t.Context(), app.Process{
			Name: "swage", Stdout: &stdout, Stderr: &stderr, Account: row.account,
			Args: []string{"submit", "--dry-run=client", "-o", "yaml", "--master", "k8s://https://h", "--conf", "spark.kubernetes.container.image=spark:4.1.2", "local:///pi.py"},
			Env: func(name string) (string, bool) {
				value, set := row.env[name]
				return value, set
			},
		})
		if code != 0 || !strings.Contains(stdout.String(), "name: SPARK_USER\n        value: "+row.want+"\n") {
			t.Errorf("%s: exit code %d, want %s\n%s%s", row.rule, code, row.want, &stdout, &stderr)
		}
	}
}
