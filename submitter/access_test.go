package submitter_test

import (
	"errors"
	"testing"

	"swage.dev/swage/submitter"
)

// S10: credentials of the configuration.
func TestS10Access(t *testing.T) {
	const auth = "spark.kubernetes.authenticate.submission."
	objects := request{args: []string{
		"--conf", auth + "oauthTokenFile=/t", "--conf", auth + "caCertFile=/ca", "--conf", auth + "clientKeyFile=/k",
		"--conf", auth + "clientCertFile=/c", "--conf", "spark.kubernetes.trust.certificates=true", "--conf", "spark.kubernetes.context=prod",
		"--conf", "spark.kubernetes.submission.waitAppCompletion=false",
	}}.must(t)
	want := submitter.Access{Context: "prod", TokenFile: "/t", CAFile: "/ca", KeyFile: "/k", CertFile: "/c", TrustAll: true}
	if objects.Access != want || objects.Wait {
		t.Errorf("got %+v, wait %v", objects.Access, objects.Wait)
	}
	token := request{args: []string{"--conf", auth + "oauthToken=x"}}
	if objects := token.must(t); objects.Access.Token != "x" || !objects.Wait {
		t.Errorf("got %+v, wait %v", objects.Access, objects.Wait)
	}
	token.args = append(token.args, "--conf", auth+"oauthTokenFile=/t")
	if _, err := token.plan(t); !errors.Is(err, submitter.ErrRefused) {
		t.Errorf("two tokens: %v", err)
	}
}
