package submitter_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

// confKind says what holds the driver's configuration.
func confKind(t *testing.T, objects *submitter.Objects) string {
	t.Helper()
	var name, kind string
	for _, v := range objects.Driver.Spec.Volumes {
		switch {
		case v.Name != "spark-conf-volume-driver":
		case v.Secret != nil:
			name, kind = v.Secret.SecretName, "Secret"
		case v.ConfigMap != nil:
			name, kind = v.ConfigMap.Name, "ConfigMap"
		}
	}
	last := objects.Owned[len(objects.Owned)-1]
	if last.GetName() != name || last.GetObjectKind().GroupVersionKind().Kind != kind {
		t.Errorf("the volume is of %s %s, the object is %s", kind, name, last.GetName())
	}
	return kind
}

func TestS16SecretsInTheConfiguration(t *testing.T) {
	for _, row := range []struct {
		rule, setting string
		confIn        submitter.ConfIn
		want          string
	}{
		{"nothing secret: as spark-submit", "spark.a=1", "", "ConfigMap"},
		{"a password", "spark.my.Password=x", "", "Secret"},
		{"an access key", "spark.hadoop.fs.s3a.access.key=x", "", "Secret"},
		{"a secret of an environment", "spark.kubernetes.driverEnv.TOKEN=x", "", "Secret"},
		{"the name of a Secret is no secret", "spark.kubernetes.driver.secrets.db=/etc/db", "", "ConfigMap"},
		{"nor is a reference to its key", "spark.kubernetes.driver.secretKeyRef.PASSWORD=db:password", "", "ConfigMap"},
		{"nor are the names of those for pulling images", "spark.kubernetes.container.image.pullSecrets=a,b", "", "ConfigMap"},
		{"nor is a file's name", "spark.kubernetes.authenticate.driver.mounted.oauthTokenFile=/t", "", "ConfigMap"},
		{"a bearer token never gets into it", "spark.kubernetes.authenticate.submission.oauthToken=x", "", "ConfigMap"},
		{"what secret means is a setting", "spark.redaction.regex=^spark\\.a$", "", "ConfigMap"},
		{"the caller may insist on a Secret", "spark.a=1", submitter.ConfInSecret, "Secret"},
		{"and on a ConfigMap", "spark.my.password=x", submitter.ConfInConfigMap, "ConfigMap"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			objects := request{args: []string{"--conf", row.setting}, confIn: row.confIn}.must(t)
			if got := confKind(t, objects); got != row.want {
				t.Errorf("%s: got %s", row.setting, got)
			}
		})
	}
	if _, err := (request{confIn: "pocket"}).plan(t); err == nil || !strings.Contains(err.Error(), "pocket") {
		t.Errorf("got %v", err)
	}
}

func TestS16TheRegexOfTheConfigurationDecides(t *testing.T) {
	objects := request{args: []string{"--conf", `spark.redaction.regex=^spark\.plain$`, "--conf", "spark.plain=x", "--conf", "spark.password=y"}, redact: true}.must(t)
	if confKind(t, objects) != "Secret" || !slices.Equal(objects.Redacted, []string{"spark.plain"}) {
		t.Errorf("redacted %q", objects.Redacted)
	}
	broken := request{args: []string{"--conf", `spark.redaction.regex=(?<=x)y`, "--conf", "spark.password=y"}, redact: true}.must(t)
	if told := strings.Count(strings.Join(broken.Notes, ""), "is not understood here"); told != 1 {
		t.Errorf("it is told %d times", told)
	}
	if !slices.Equal(broken.Redacted, []string{"spark.password"}) || !strings.Contains(strings.Join(broken.Notes, ""), "spark.redaction.regex") {
		t.Errorf("redacted %q, notes %q", broken.Redacted, broken.Notes)
	}
}

// S16: a redacted plan holds no secret anywhere, whatever way it came in.
func TestS16ARedactedPlanHoldsNoSecret(t *testing.T) {
	const secret = "hunter2"
	files := fstest.MapFS{"k.keytab": {Data: []byte(secret)}, "client.key": {Data: []byte(secret)}}
	r := request{files: files, redact: true, args: []string{
		"--principal", "a@B", "--keytab", "/k.keytab",
		"--conf", "spark.my.password=" + secret, "--conf", "spark.kubernetes.driverEnv.DB_PASSWORD=" + secret,
		"--conf", "spark.kubernetes.authenticate.driver.oauthToken=" + secret,
		"--conf", "spark.kubernetes.authenticate.driver.clientKeyFile=/client.key",
		"--conf", "spark.kubernetes.authenticate.submission.oauthToken=" + secret,
	}}
	if text := everything(t, r.must(t)); strings.Contains(text, secret) {
		t.Errorf("it is in\n%s", text)
	}
	r.redact = false
	if n := strings.Count(everything(t, r.must(t)), secret); n != 6 {
		t.Errorf("without redaction it is there %d times: the test proves nothing", n)
	}
}

// everything is all objects and notes as text, data of Secrets decoded.
func everything(t *testing.T, objects *submitter.Objects) string {
	t.Helper()
	var all strings.Builder
	for _, o := range objects.All() {
		if secret, ok := o.(*corev1.Secret); ok {
			for _, key := range slices.Sorted(maps.Keys(secret.Data)) {
				all.Write(secret.Data[key])
			}
			continue
		}
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	all.WriteString(strings.Join(objects.Notes, "\n"))
	return all.String()
}
