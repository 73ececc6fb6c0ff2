package submitter

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/hadoop"
)

// kerberosStep gives the driver what it proves by who it is.
const kerberosStep = "KerberosConfDriverFeatureStep"

// decideKerberos finds out who the application is for Hadoop's services, which several steps ask.
func (b *build) decideKerberos() error {
	if !slices.ContainsFunc(b.steps(), func(s step) bool { return s.name == kerberosStep }) {
		return nil
	}
	b.wantsKerberos = b.hadoopWantsKerberos()
	if err := b.checkKerberos(); err != nil {
		return err
	}
	if err := b.obtainTokens(); err != nil {
		return err
	}
	if b.wantsKerberos {
		b.conf.Set(keyRenewer, b.user())
		b.noteKrb5()
	}
	return nil
}

// hadoopWantsKerberos tells whether what spark-submit would read says so: a
// setting, else the client's core-site.xml. One that is not understood is noted,
// for what spark-submit would refuse on its account is not refused here.
func (b *build) hadoopWantsKerberos() bool {
	wanted, set := b.conf.Lookup(keyHadoopPrefix + hadoop.Authentication)
	if !set {
		site, err := b.client.coreSite()
		if err != nil {
			b.note(fmt.Sprintf("the client's core-site.xml is not understood as a whole, and what it says of Kerberos may not be known here: %v", err))
		}
		if wanted = site[hadoop.Authentication]; strings.Contains(wanted, "${") {
			b.note(fmt.Sprintf("the client's core-site.xml says %s for %s, and nothing is known here of what that refers to, nor of Kerberos", strings.TrimSpace(wanted), hadoop.Authentication))
		}
	}
	return strings.EqualFold(strings.TrimSpace(wanted), hadoop.Kerberos)
}

// kerberos gives the driver krb5.conf, and either a keytab or delegation tokens.
func (b *build) kerberos() error {
	if err := b.krb5(); err != nil {
		return err
	}
	if err := b.keytab(); err != nil {
		return err
	}
	b.mountTokens()
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
	if !b.wantsKerberos || b.conf.Has(keyTokenSecret) || b.options.Tokens != nil {
		return nil
	}
	const (
		why = "Hadoop's configuration says kerberos, and spark-submit would obtain delegation tokens here: "
		how = "a Secret with tokens (" + keyTokenSecret + " and " + keyTokenItem + "), or --tokens-by spark-submit"
	)
	if b.app.proxyUser != "" {
		return refuse(why+"for --proxy-user %s give "+how, b.app.proxyUser)
	}
	if b.conf.Has(keyKeytab) {
		return nil
	}
	return refuse(why + "give --principal and --keytab, " + how)
}

// noteKrb5 warns of executors that end as soon as they begin: they get Hadoop's
// configuration from Spark, which says kerberos, and no krb5.conf.
func (b *build) noteKrb5() {
	if !b.conf.Has(keyKrb5Path) && !b.conf.Has(keyKrb5ConfMap) {
		return // it is in the image, or comes by a template
	}
	if strings.Contains(b.conf.Get(keyExecutorOptions), "java.security.krb5.") || b.conf.Has(keyExecutorTemplate) {
		return
	}
	b.note("Spark gives krb5.conf to the driver alone: where executors' image has none, and no template gives them one, they cannot start")
}

// krb5Include is a line of krb5.conf that names another file, or a folder of them.
var krb5Include = regexp.MustCompile(`(?m)^\s*(include(?:dir)?\s+\S+)`)

// noteIncludes warns of a driver that cannot log in: Java reads nothing of a krb5.conf that includes what is not there ("krb5.conf
// loading failed"), and Red Hat's includes a folder.
func (b *build) noteIncludes(text string) {
	if found := krb5Include.FindStringSubmatch(text); found != nil {
		b.note("krb5.conf has " + strconv.Quote(found[1]) + ", which is not taken along: where the driver's image has no such place, Java reads nothing of krb5.conf; take the line out")
	}
}

func (b *build) krb5() error {
	var items []corev1.KeyToPath
	name := b.conf.Get(keyKrb5ConfMap)
	if file := b.conf.Get(keyKrb5Path); file != "" {
		text, err := b.readHere("krb5.conf", keyKrb5Path, file)
		if err := errors.Join(err, checkItem(keyKrb5Path, file)); err != nil {
			return err
		}
		b.noteIncludes(string(text))
		name = b.prefix + "-krb5-file"
		b.ownConfigMap(name, map[string]string{baseName(file): string(text)})
		items = []corev1.KeyToPath{{Key: baseName(file), Path: krb5Name}}
	}
	if name != "" {
		b.mount(configMapVolume(krb5Volume, name, items...), corev1.VolumeMount{MountPath: krb5Path, SubPath: krb5Name})
	}
	return nil
}

// readKeytab reads the keytab, which has to be the principal's where it will be used for sure.
func (b *build) readKeytab(file string) ([]byte, error) {
	content, err := b.client.read("keytab", file)
	if err != nil {
		return nil, err
	}
	if b.wantsKerberos {
		if err := hadoop.CheckKeytab(keyKeytab+" "+file, content, b.conf.Get(keyPrincipal)); err != nil {
			return nil, err
		}
	}
	return b.hideSecret(file, content), checkItem(keyKeytab, file)
}

// keytab takes the client's keytab to the driver; one in the image stays there.
func (b *build) keytab() error {
	file := b.conf.Get(keyKeytab)
	if file == "" || inImage(file) {
		return nil
	}
	content, err := b.readKeytab(file)
	if err != nil {
		return err
	}
	name := b.prefix + "-kerberos-keytab"
	b.ownSecret(name, map[string][]byte{baseName(file): content})
	b.mount(secretVolume(keytabVolume, name), corev1.VolumeMount{MountPath: keytabDir})
	b.set(keyKeytab, keytabDir+"/"+baseName(file))
	return nil
}
