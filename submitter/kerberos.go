package submitter

import (
	corev1 "k8s.io/api/core/v1"
)

// kerberos gives the driver krb5.conf, and either a keytab or delegation tokens.
func (b *build) kerberos() error {
	if err := b.checkKerberos(); err != nil {
		return err
	}
	if err := b.krb5(); err != nil {
		return err
	}
	if err := b.keytab(); err != nil {
		return err
	}
	if secret := b.conf.Get(keyTokenSecret); secret != "" {
		b.mount(secretVolume(tokensVolume, secret), corev1.VolumeMount{MountPath: tokensDir})
		b.env(envTokenFile, tokensDir+"/"+b.conf.Get(keyTokenItem))
	}
	return nil
}

// together are settings of which one without the other is a mistake.
var together = []struct{ one, other, sentence string }{
	{keyPrincipal, keyKeytab, "If a Kerberos principal is specified you must also specify a Kerberos keytab"},
	{keyKeytab, keyPrincipal, "If a Kerberos keytab is specified you must also specify a Kerberos principal"},
	{keyTokenSecret, keyTokenItem, "If a secret storing a Kerberos Delegation Token is specified you must also specify the item-key where the data is stored"},
	{keyTokenItem, keyTokenSecret, "If a secret item-key where the data of the Kerberos Delegation Token is specified you must also specify the name of the secret"},
}

func (b *build) checkKerberos() error {
	for _, t := range together {
		if b.conf.Has(t.one) && !b.conf.Has(t.other) {
			return refuse("%s (%s, %s)", t.sentence, t.one, t.other)
		}
	}
	if b.conf.Has(keyKrb5Path) && b.conf.Has(keyKrb5ConfMap) {
		return refuse("Do not specify both a Krb5 local file and the ConfigMap: %s, %s", keyKrb5Path, keyKrb5ConfMap)
	}
	return b.checkTokens()
}

// checkTokens follows S15: spark-submit would ask Hadoop's services for
// delegation tokens here, which takes their Java clients.
func (b *build) checkTokens() error {
	if !b.client.hadoopWantsKerberos() || b.conf.Has(keyTokenSecret) {
		return nil
	}
	if b.app.proxyUser == "" && b.conf.Has(keyKeytab) {
		return nil
	}
	return refuse("Hadoop's configuration says kerberos, and spark-submit would obtain delegation tokens here: "+
		"use --principal and --keytab, or %s", keyTokenSecret)
}

func (b *build) krb5() error {
	var items []corev1.KeyToPath
	name := b.conf.Get(keyKrb5ConfMap)
	if file := b.conf.Get(keyKrb5Path); file != "" {
		text, err := b.readHere("krb5.conf", keyKrb5Path, file)
		if err != nil {
			return err
		}
		name = b.prefix + "-krb5-file"
		b.ownConfigMap(name, map[string]string{baseName(file): string(text)})
		items = []corev1.KeyToPath{{Key: baseName(file), Path: krb5Name}}
	}
	if name != "" {
		b.mount(configMapVolume(krb5Volume, name, items...), corev1.VolumeMount{MountPath: krb5Path, SubPath: krb5Name})
	}
	return nil
}

// keytab takes the client's keytab to the driver; one in the image stays there.
func (b *build) keytab() error {
	file := b.conf.Get(keyKeytab)
	if file == "" || inImage(file) {
		return nil
	}
	content, err := b.readSecret("keytab", file)
	if err != nil {
		return err
	}
	name := b.prefix + "-kerberos-keytab"
	b.ownSecret(name, map[string][]byte{baseName(file): content})
	b.mount(secretVolume(keytabVolume, name), corev1.VolumeMount{MountPath: keytabDir})
	b.set(keyKeytab, keytabDir+"/"+baseName(file))
	return nil
}
