package submitter

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/redaction"
)

// authSecretBytes are as many as Spark takes for a secret of its own.
const authSecretBytes = 32

// authenticate gives the driver and its executors a common secret. Without one
// in a file the driver would make one up and tell it only to executors that it
// makes itself. Files of the user's are left alone.
func (b *build) authenticate() error {
	wanted, err := b.conf.Bool(keyAuth, false)
	if !wanted || err != nil || b.conf.Has(keyAuthFile) || b.conf.Has(keyAuthDriver) || b.conf.Has(keyAuthExec) {
		return err
	}
	unique, err := b.ids.unique()
	if err != nil {
		return err
	}
	secret, err := b.newSecret()
	if err != nil {
		return err
	}
	b.authSecret = "spark-auth-" + unique
	b.ownSecret(b.authSecret, map[string][]byte{authKey: secret, authVariableKey: base64.StdEncoding.AppendEncode(nil, secret)})
	b.conf.Set(keyAuthDriver, authDir+"/"+authKey)
	b.conf.Set(keyAuthExec, authDir+"/"+authKey)
	// What follows reaches executors of the driver's own too. Before an executor
	// has the driver's settings it does not know that its master is a Kubernetes,
	// and reads no file: its first connection takes the secret from the variable
	// in which a driver tells it, as the driver reads its file: in base 64.
	b.conf.Set(keyExecutorSecrets+b.authSecret, authDir)
	b.conf.Set(keyExecutorKeyRef+envAuthSecret, b.authSecret+":"+authVariableKey)
	return nil
}

func (b *build) newSecret() ([]byte, error) {
	if b.options.Redact {
		b.redacted = append(b.redacted, "the generated secret of "+keyAuth)
		return []byte(redaction.Value), nil
	}
	random := make([]byte, authSecretBytes)
	if _, err := io.ReadFull(b.ids.random, random); err != nil {
		return nil, fmt.Errorf("no randomness for a secret: %w", err)
	}
	return hex.AppendEncode(nil, random), nil
}

// mountAuthSecret gives the driver its side of the secret.
func (b *build) mountAuthSecret() {
	if b.authSecret != "" {
		b.mount(secretVolume(b.authSecret+"-volume", b.authSecret), corev1.VolumeMount{MountPath: authDir})
	}
}
