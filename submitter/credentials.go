package submitter

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// credentialFiles are what the driver may be given to reach the API server:
// the setting, its key in the Secret, and the setting that the driver reads.
var credentialFiles = []struct{ setting, key, mounted, what string }{
	{"caCertFile", "ca-cert", "caCertFile", "CA certificate of the driver"},
	{"clientKeyFile", "client-key", "clientKeyFile", "client key of the driver"},
	{"clientCertFile", "client-cert", "clientCertFile", "client certificate of the driver"},
}

// credentials gives the driver its account: a Secret of its own where the
// configuration has credentials, else the service account.
func (b *build) credentials() error {
	data := map[string][]byte{}
	if token, found := b.conf.Lookup(keyDriverAuth + oauthTokenSuffix); found {
		data["oauth-token"] = []byte(token)
		b.set(keyDriverMounted+"oauthTokenFile", credentialsDir+"/oauth-token")
	}
	for _, f := range credentialFiles {
		file, found := b.conf.Lookup(keyDriverAuth + f.setting)
		if !found {
			continue
		}
		content, err := b.readSecret(f.what, file)
		if err != nil {
			return err
		}
		data[f.key] = content
		b.set(keyDriverMounted+f.mounted, credentialsDir+"/"+f.key)
	}
	if len(data) > 0 {
		name := b.prefix + "-kubernetes-credentials"
		b.ownSecret(name, data)
		b.mount(secretVolume(credentialsVolume, name), corev1.VolumeMount{MountPath: credentialsDir})
		return nil
	}
	if account := b.conf.Get(keyDriverAccount); account != "" {
		b.pod.Spec.ServiceAccountName = account
		b.pod.Spec.DeprecatedServiceAccount = account
	}
	return nil
}

// hideTokens keeps bearer tokens out of the driver's configuration, as Spark does.
func (b *build) hideTokens() {
	for key := range b.conf.All() {
		if strings.HasSuffix(key, oauthTokenSuffix) {
			b.set(key, redactedToken)
		}
	}
}
