package submitter_test

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

func authSecretOf(objects *submitter.Objects) *corev1.Secret {
	for _, o := range objects.Owned {
		if secret, ok := o.(*corev1.Secret); ok && strings.HasPrefix(secret.Name, "spark-auth-") {
			return secret
		}
	}
	return nil
}

// S4: executors that the driver does not make cannot be told its secret by it:
// all get it from a Secret, those that the driver makes later too.
func TestS4Authenticate(t *testing.T) {
	for _, by := range []submitter.ExecutorsBy{submitter.ByBoth, submitter.BySubmitter} {
		objects := planned(t, by, "4.1.2", "--conf", "spark.authenticate=true")
		secret := authSecretOf(objects)
		if secret == nil {
			t.Fatalf("%s: no Secret", by)
		}
		if value, err := hex.DecodeString(string(secret.Data["secret"])); err != nil || len(value) != 32 {
			t.Errorf("%s: %d bytes, %v", by, len(value), err)
		}
		if value := base64.StdEncoding.EncodeToString(secret.Data["secret"]); string(secret.Data["variable"]) != value {
			t.Errorf("%s: the variable is not what the driver makes of the file", by)
		}
		settings := conf(t, objects)
		for key, want := range map[string]string{
			"spark.authenticate.secret.driver.file":                     "/mnt/secrets/spark-authenticate/secret",
			"spark.authenticate.secret.executor.file":                   "/mnt/secrets/spark-authenticate/secret",
			"spark.kubernetes.executor.secretKeyRef._SPARK_AUTH_SECRET": secret.Name + ":variable",
			"spark.kubernetes.executor.secrets." + secret.Name:          "/mnt/secrets/spark-authenticate",
		} {
			if settings[key] != want {
				t.Errorf("%s: %s=%s", by, key, settings[key])
			}
		}
		for _, pod := range []*corev1.Pod{objects.Driver, objects.Executors.Pod(3)} {
			if !mounts(pod, secret.Name) {
				t.Errorf("%s: %s does not mount it", by, pod.Name)
			}
		}
	}
}

func mounts(pod *corev1.Pod, secret string) bool {
	volume := slices.IndexFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Secret != nil && v.Secret.SecretName == secret })
	spark := pod.Spec.Containers[len(pod.Spec.Containers)-1]
	return volume >= 0 && slices.ContainsFunc(spark.VolumeMounts, func(m corev1.VolumeMount) bool {
		return m.Name == pod.Spec.Volumes[volume].Name && m.MountPath == "/mnt/secrets/spark-authenticate"
	})
}

// What the driver would write into its executors' pods is there, without the
// secret being in the pod.
func TestS4AuthenticateByTheVariable(t *testing.T) {
	objects := planned(t, submitter.ByBoth, "4.1.2", "--conf", "spark.authenticate=true")
	for _, variable := range objects.Executors.Pod(0).Spec.Containers[0].Env {
		if variable.Name == "_SPARK_AUTH_SECRET" {
			if ref := variable.ValueFrom.SecretKeyRef; variable.Value != "" || ref.Name != authSecretOf(objects).Name || ref.Key != "variable" {
				t.Errorf("got %+v", variable)
			}
			return
		}
	}
	t.Error("executors do not get the secret")
}

// Two applications never share a secret, and a dry run shows none.
func TestS4AuthenticateSecretsAreSecret(t *testing.T) {
	make := func(redact bool) *submitter.Objects {
		return request{version: "4.1.2", executors: submitter.ByBoth, redact: redact, args: []string{"--num-executors", "1", "--conf", "spark.authenticate=true"}}.must(t)
	}
	one, other := authSecretOf(make(false)), authSecretOf(make(false))
	if string(one.Data["secret"]) == string(other.Data["secret"]) || one.Name == other.Name {
		t.Error("the same secret twice")
	}
	shown := make(true)
	if value := string(authSecretOf(shown).Data["secret"]); !strings.Contains(value, "redacted") || len(shown.Redacted) != 1 {
		t.Errorf("shown %q, redacted %q", value, shown.Redacted)
	}
}

// Nothing is generated where nothing is asked for, where the user has a secret
// in files, and where the driver tells its own executors.
func TestS4AuthenticateLeavesOthersAlone(t *testing.T) {
	on := []string{"--conf", "spark.authenticate=true"}
	own := "spark.authenticate.secret"
	for _, row := range []struct {
		rule string
		by   submitter.ExecutorsBy
		args []string
	}{
		{"it is off", submitter.ByBoth, nil},
		{"the driver makes its executors", submitter.ByDriver, on},
		{"one file for all", submitter.ByBoth, append(on, "--conf", own+".file=/etc/s")},
		{"a file for each side", submitter.ByBoth, append(on, "--conf", own+".driver.file=/etc/s", "--conf", own+".executor.file=/etc/s")},
	} {
		objects := planned(t, row.by, "4.1.2", row.args...)
		if authSecretOf(objects) != nil {
			t.Errorf("%s: a Secret is made", row.rule)
		}
		if _, hidden := objects.Owned[len(objects.Owned)-1].(*corev1.Secret); hidden {
			t.Errorf("%s: paths of secrets are taken for secrets", row.rule)
		}
	}
}
