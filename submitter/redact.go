package submitter

import (
	"maps"
	"slices"
	"strings"

	"swage.dev/swage/submitter/redaction"
)

// secretSettings are the keys of settings whose values nobody should read, sorted.
func (b *build) secretSettings() []string {
	secret, err := redaction.KeysBy(b.conf.Get(redaction.Setting))
	if err != nil {
		b.note(redaction.Setting + " is not understood here; Spark's default counts: " + err.Error())
	}
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(b.conf.All())) {
		if secret.Has(key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// redact replaces the values of secret settings where the plan is only to be read.
func (b *build) redact() {
	if !b.options.Redact {
		return
	}
	for _, key := range b.secretSettings() {
		b.conf.Set(key, redaction.Value)
		b.redacted = append(b.redacted, key)
	}
}

// readSecret reads a file of the client whose content is secret.
func (b *build) readSecret(what, file string) ([]byte, error) {
	content, err := b.client.read(what, file)
	if err != nil {
		return nil, err
	}
	return b.hideSecret(file, content), nil
}

// hideSecret is what the plan has of a secret file.
func (b *build) hideSecret(file string, content []byte) []byte {
	if !b.options.Redact {
		return content
	}
	b.redacted = append(b.redacted, file)
	return []byte(redaction.Value)
}

// confInSecret follows S16: secrets are no business of a ConfigMap.
func (b *build) confInSecret() (bool, error) {
	switch b.options.ConfIn {
	case ConfInSecret:
		return true, nil
	case ConfInConfigMap:
		return false, nil
	case ConfAuto:
		secrets := slices.DeleteFunc(b.secretSettings(), func(key string) bool { return strings.HasSuffix(key, oauthTokenSuffix) })
		return len(secrets) > 0, nil
	}
	return false, refuse("--conf-in is %q: expected configmap or secret", b.options.ConfIn)
}
