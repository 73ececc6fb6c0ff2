package submitter_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

func TestS15KerberosTakesAKeytabOrTokens(t *testing.T) {
	const site = "<configuration><property><name>hadoop.security.authentication</name><value> Kerberos </value></property></configuration>"
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte(site)}, "k.keytab": {Data: []byte("k")}}
	keytab := []string{"--principal", "a@B", "--keytab", "/k.keytab"}
	tokens := []string{"--conf", "spark.kubernetes.kerberos.tokenSecret.name=t", "--conf", "spark.kubernetes.kerberos.tokenSecret.itemKey=k"}
	for _, row := range []struct {
		rule    string
		args    []string
		env     string
		refused bool
	}{
		{"neither", nil, "HADOOP_CONF_DIR", true},
		{"neither, by YARN's folder", nil, "YARN_CONF_DIR", true},
		{"a keytab", keytab, "HADOOP_CONF_DIR", false},
		{"tokens", tokens, "HADOOP_CONF_DIR", false},
		{"on behalf of somebody", []string{"--proxy-user", "bob"}, "HADOOP_CONF_DIR", true},
		{"no Hadoop", nil, "OTHER", false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := request{args: row.args, env: map[string]string{row.env: "/h"}, files: files}.plan(t)
			if errors.Is(err, submitter.ErrRefused) != row.refused || !row.refused && err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKeytabTravelsInASecret(t *testing.T) {
	files := fstest.MapFS{"etc/a.keytab": {Data: []byte("key")}}
	objects := request{args: []string{"--principal", "a@B", "--keytab", "/etc/a.keytab"}, files: files}.must(t)
	secret := objects.Owned[1].(*corev1.Secret)
	if string(secret.Data["a.keytab"]) != "key" || !strings.HasSuffix(secret.Name, "-kerberos-keytab") || !*secret.Immutable {
		t.Errorf("got %+v", secret)
	}
	if got := conf(t, objects)["spark.kerberos.keytab"]; got != "/mnt/secrets/kerberos-keytab/a.keytab" {
		t.Errorf("got %s", got)
	}
}
