package submitter

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/hadoop"
	"swage.dev/swage/submitter/redaction"
)

// TokenRequest asks for delegation tokens of Hadoop's services.
type TokenRequest struct {
	// Settings are the application's that say which services there are, and how
	// they are reached.
	Settings map[string]string
	// ProxyUser is who shall be their owner, "" for whoever is logged in.
	ProxyUser string
}

// Tokens are delegation tokens.
type Tokens struct {
	// File is a file of tokens as Hadoop writes it.
	File []byte
	// User is the short name of their owner.
	User string
}

// tokensKey is the one item of the Secret of tokens that Spark's client makes.
const tokensKey = "hadoop-tokens"

// obtainTokens asks for tokens where somebody is there to obtain them, once for a plan.
func (b *build) obtainTokens() error {
	if b.options.Tokens == nil {
		return nil
	}
	if b.options.Schedule != nil {
		return refuse("delegation tokens expire after some days, and a schedule goes on: give --principal and --keytab")
	}
	for _, key := range []string{keyKeytab, keyTokenSecret} {
		if b.conf.Has(key) {
			return refuse("%s is set, and delegation tokens are to be obtained: choose one", key)
		}
	}
	if b.options.Redact {
		b.redacted = append(b.redacted, "delegation tokens")
		b.tokens = &Tokens{File: []byte(redaction.Value)}
		return nil
	}
	tokens, err := b.options.Tokens(TokenRequest{Settings: b.tokenSettings(), ProxyUser: b.app.proxyUser})
	if err == nil {
		b.tokens = &tokens
	}
	return err
}

// tokenSettings leaves out what is for pods, and all credentials and files: who
// obtains tokens needs none of them.
func (b *build) tokenSettings() map[string]string {
	settings := map[string]string{}
	for key, value := range b.conf.All() {
		if !strings.HasPrefix(key, kubernetes) && !slices.Contains(notForTokens(), key) {
			settings[key] = value
		}
	}
	return settings
}

// notForTokens are settings of what is submitted, with its files and programs.
func notForTokens() []string {
	return []string{keyMaster, keyDeployMode, keyAppName, keySubmitTime, keyJars, keyFiles, keyArchives, keyPyFiles, keyPackages, keyInstances}
}

// mountTokens gives the driver delegation tokens: those that were obtained, or a Secret that exists.
func (b *build) mountTokens() {
	secret, item := b.conf.Get(keyTokenSecret), b.conf.Get(keyTokenItem)
	if b.tokens != nil {
		secret, item = b.prefix+"-delegation-tokens", tokensKey
		b.ownSecret(secret, map[string][]byte{item: b.tokens.File})
	}
	if secret == "" {
		return
	}
	b.mount(secretVolume(tokensVolume, secret), corev1.VolumeMount{MountPath: tokensDir})
	b.env(envTokenFile, tokensDir+"/"+item)
}

// hadoopUser is who the application is for Hadoop's services, "" without Kerberos.
func (b *build) hadoopUser() string {
	switch {
	case b.tokens != nil && b.tokens.User != "":
		return b.tokens.User
	case !b.wantsKerberos && b.tokens == nil:
		return ""
	case b.app.proxyUser != "":
		return b.app.proxyUser
	}
	return hadoop.ShortName(b.conf.Get(keyPrincipal))
}
