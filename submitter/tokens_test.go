package submitter_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// obtaining is a request whose tokens somebody obtains.
func obtaining(t *testing.T, r request, obtain func(submitter.TokenRequest) (submitter.Tokens, error)) (*submitter.Objects, error) {
	t.Helper()
	r.env, r.files = map[string]string{"HADOOP_CONF_DIR": "/h"}, fstest.MapFS{"h/core-site.xml": {Data: []byte(kerberized)}, "k.keytab": {Data: submittertest.Keytab("a@B")}}
	options := r.options(t)
	options.Tokens = obtain
	return submitter.Plan(options)
}

// S15: tokens that were obtained reach the driver as those that spark-submit obtains.
func TestS15ObtainedTokensTravelInASecret(t *testing.T) {
	var asked submitter.TokenRequest
	objects, err := obtaining(t, request{version: "4.1.2", args: []string{
		"--proxy-user", "bob", "--conf", "spark.hadoop.a=b", "--conf", "spark.kubernetes.context=c", "--conf", "spark.executor.instances=2",
	}}, func(r submitter.TokenRequest) (submitter.Tokens, error) {
		asked = r
		return submitter.Tokens{File: []byte("HDTS"), User: "bobby"}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked.ProxyUser != "bob" || !maps.Equal(asked.Settings, map[string]string{"spark.hadoop.a": "b"}) {
		t.Errorf("asked for %+v: settings of pods, and where they are, are none of its business", asked)
	}
	secret := secretNamed(t, objects, "-delegation-tokens")
	if string(secret.Data["hadoop-tokens"]) != "HDTS" || len(secret.Data) != 1 || !*secret.Immutable {
		t.Errorf("got %+v", secret)
	}
	container := sparkOf(t, objects)
	if got := valueOf(container, "HADOOP_TOKEN_FILE_LOCATION"); got != "/mnt/secrets/hadoop-credentials/hadoop-tokens" {
		t.Errorf("the driver looks for tokens in %q", got)
	}
	if got := valueOf(container, "SPARK_USER"); got != "bobby" {
		t.Errorf("SPARK_USER is %s, want the tokens' owner", got)
	}
}

func secretNamed(t *testing.T, objects *submitter.Objects, suffix string) *corev1.Secret {
	t.Helper()
	for _, object := range objects.Owned {
		if secret, ok := object.(*corev1.Secret); ok && strings.HasSuffix(secret.Name, suffix) {
			return secret
		}
	}
	t.Fatalf("no Secret %s", suffix)
	return nil
}

// A plan for reading asks nobody, and shows no token.
func TestS15ADryRunObtainsNoTokens(t *testing.T) {
	objects, err := obtaining(t, request{redact: true}, func(submitter.TokenRequest) (submitter.Tokens, error) {
		t.Error("tokens are obtained")
		return submitter.Tokens{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(secretNamed(t, objects, "-delegation-tokens").Data["hadoop-tokens"]); !strings.Contains(got, "redacted") {
		t.Errorf("got %q", got)
	}
	if len(objects.Redacted) != 1 {
		t.Errorf("told to be hidden: %q", objects.Redacted)
	}
}

// Tokens end after days, and schedules do not.
func TestS15ASchedulesTokensAreRefused(t *testing.T) {
	options := request{}.options(t)
	options.Schedule = &submitter.ScheduleOptions{Cron: "0 * * * *"}
	options.Tokens = func(submitter.TokenRequest) (submitter.Tokens, error) { return submitter.Tokens{}, nil }
	if _, err := submitter.Plan(options); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "tokens expire") {
		t.Errorf("got %v", err)
	}
}

func TestS15TokensThatAreNotObtained(t *testing.T) {
	failed := errors.New("on purpose")
	for _, row := range []struct {
		rule string
		args []string
		want string
	}{
		{"a failure is the plan's", nil, "on purpose"},
		{"a keytab besides", byKeytab, "choose one"},
		{"a Secret besides", byTokens, "choose one"},
	} {
		_, err := obtaining(t, request{args: row.args}, func(submitter.TokenRequest) (submitter.Tokens, error) { return submitter.Tokens{}, failed })
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.rule, err, row.want)
		}
	}
}
