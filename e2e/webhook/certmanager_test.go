package webhook_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"swage.dev/swage/certs"
	"swage.dev/swage/e2e/certmanager"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

// Certificates by the real cert-manager, under load and failurePolicy Fail.
func TestCertManager(t *testing.T) {
	t.Parallel()
	manager := certmanager.ForTest(t, server.Cluster)
	for rule, test := range map[string]func(*testing.T, issuing){
		"renewals and new authorities refuse no pod":     renewalsAndAuthorities,
		"a Secret that is deleted is issued again":       deletedSecret,
		"an issuer without an authority of its own":      selfSignedLeafs,
		"an intermediate authority is served along":      intermediateAuthority,
		"a leaf that is for another name is not served":  wrongName,
		"changing from own certificates refuses no pod":  changingTheSource,
		"RSA keys as PKCS#1, changed to ECDSA as PKCS#8": changingTheKey,
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			namespace, config, front := ownSelf(t)
			in := issuing{manager: manager, namespace: namespace, config: config, front: front, retirement: 10 * time.Second}
			in.apply(t, `{kind: Issuer, metadata: {name: selfsigned}, spec: {selfSigned: {}}}`)
			test(t, in)
		})
	}
}

// issuing is an installation whose certificates cert-manager issues.
type issuing struct {
	manager           *certmanager.CertManager
	namespace, config string
	front             *balancer
	// retirement is how long old authorities stay in the bundle.
	retirement time.Duration
}

// R37: the leaf is renewed, and the issuer's authority replaced, again and
// again: no pod is refused, and whoever connects with the bundle that is in the
// configuration succeeds. Old authorities leave the bundle.
func renewalsAndAuthorities(t *testing.T, in issuing) {
	const each = 6
	in.authority(t, "authority-0", "selfsigned")
	in.issuer(t, "authority-0")
	in.certificate(t, "")
	replicas := []*swagewebhook.Server{in.start(t), in.start(t)}
	awaitAdmission(t, in.namespace)
	server.Template(t, in.namespace, "base", podtemplate.Default, writes("made-by", "base"))
	pods := createAllTheTime(t, in.namespace, "made-by")
	handshakes := connectAllTheTime(t, in.config, in.front)
	for range each {
		in.renew(t)
		in.awaitServed(t, replicas...)
	}
	for n := range each {
		in.replaceAuthority(t, fmt.Sprintf("authority-%d", n+1))
		if n == each/2 {
			replicas = append(replicas, in.start(t)) // in the middle of a rotation
		}
		in.awaitServed(t, replicas...)
	}
	connections := handshakes()
	server.Await(t, "the end of the old authorities in the bundle", func() error {
		if n := bytes.Count(in.bundle(t), []byte("BEGIN CERTIFICATE")); n != 1 {
			return fmt.Errorf("it holds %d", n)
		}
		return nil
	})
	if n := pods.end(); !t.Failed() {
		t.Logf("%d renewals and %d new authorities, %d pods and %d handshakes, none failed", each, each, n, connections)
	}
}

func deletedSecret(t *testing.T, in issuing) {
	in.certificate(t, "selfsigned")
	replica := in.start(t)
	awaitAdmission(t, in.namespace)
	server.Template(t, in.namespace, "base", podtemplate.Default, writes("made-by", "base"))
	pods := createAllTheTime(t, in.namespace, "made-by")
	before := in.leaf(t)
	if err := server.Client().CoreV1().Secrets(in.namespace).Delete(t.Context(), ownSecret, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	server.Await(t, "a new leaf", func() error {
		if got := in.leaf(t); got == nil || bytes.Equal(got, before) {
			return errors.New("there is none")
		}
		return nil
	})
	in.awaitServed(t, replica)
	pods.end()
}

// kubebuilder's scaffolding does this: each leaf is its own authority.
func selfSignedLeafs(t *testing.T, in issuing) {
	in.certificate(t, "selfsigned")
	replicas := []*swagewebhook.Server{in.start(t), in.start(t)}
	awaitAdmission(t, in.namespace)
	server.Template(t, in.namespace, "base", podtemplate.Default, writes("made-by", "base"))
	pods := createAllTheTime(t, in.namespace, "made-by")
	for range 3 {
		in.renew(t)
		in.awaitServed(t, replicas...)
	}
	pods.end()
}

func intermediateAuthority(t *testing.T, in issuing) {
	in.authority(t, "root", "selfsigned")
	in.apply(t, `{kind: Issuer, metadata: {name: root}, spec: {ca: {secretName: root}}}`)
	in.authority(t, "below", "root")
	in.issuer(t, "below")
	in.certificate(t, "")
	replica := in.start(t)
	awaitAdmission(t, in.namespace)
	chain := served(t, replica.URL)
	if len(chain) != 2 {
		t.Fatalf("a chain of %d is served, want the leaf and the intermediate authority", len(chain))
	}
	if _, err := handshake(t.Context(), in.front.address, admissionv1.WebhookClientConfig{CABundle: in.bundle(t)}); err != nil {
		t.Errorf("with the bundle: %v", err)
	}
	if bytes.Contains(in.bundle(t), encodeCertificate(chain[1])) {
		t.Error("the bundle trusts the intermediate authority: the root is enough, and lets it be replaced")
	}
}

func wrongName(t *testing.T, in issuing) {
	in.apply(t, fmt.Sprintf(`{kind: Certificate, metadata: {name: own}, spec: {secretName: %s, dnsNames: [elsewhere], issuerRef: {name: selfsigned}}}`, ownSecret))
	in.await(t, 0)
	s := serveOwn(t, webhook.Options{Config: in.account(t), Certificates: in.source(t)})
	server.Await(t, "the reason", func() error {
		err := swagewebhook.Ready(t.Context(), s.Status)
		if err == nil {
			t.Fatal("ready with a leaf that no API server would accept")
		}
		if !bytes.Contains([]byte(err.Error()), []byte("elsewhere")) {
			return err
		}
		return nil
	})
	in.certificate(t, "selfsigned")
	if err := s.WaitReady(t.Context()); err != nil {
		t.Error(err)
	}
}

// R37: replicas that make their own certificates are replaced by such that do
// not, and the other way round, one by one.
func changingTheSource(t *testing.T, in issuing) {
	in.retirement = time.Hour // a rolling update must end within it
	in.certificate(t, "selfsigned")
	made := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: selfSecret}}
	if _, err := server.Client().CoreV1().Secrets(in.namespace).Create(t.Context(), made, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	self := func() *swagewebhook.Server {
		return startSelf(t, in.namespace, in.config, certs.SelfOptions{Secret: selfSecret, TrustHold: quick.TrustHold}, in.front)
	}
	old := []*swagewebhook.Server{self(), self()}
	awaitAdmission(t, in.namespace)
	server.Template(t, in.namespace, "base", podtemplate.Default, writes("made-by", "base"))
	pods := createAllTheTime(t, in.namespace, "made-by")
	for _, start := range []func() *swagewebhook.Server{func() *swagewebhook.Server { return in.start(t) }, self} {
		for i := range old {
			fresh := start()
			in.front.retire(t, old[i])
			old[i] = fresh
		}
	}
	if n := pods.end(); !t.Failed() {
		t.Logf("from own certificates to cert-manager's and back, %d pods, none failed", n)
	}
}

func changingTheKey(t *testing.T, in issuing) {
	in.authority(t, "authority", "selfsigned")
	in.issuer(t, "authority")
	in.certificate(t, "", "privateKey: {algorithm: RSA, size: 2048, encoding: PKCS1, rotationPolicy: Always}")
	replica := in.start(t)
	awaitAdmission(t, in.namespace)
	server.Template(t, in.namespace, "base", podtemplate.Default, writes("made-by", "base"))
	pods := createAllTheTime(t, in.namespace, "made-by")
	in.certificate(t, "", "privateKey: {algorithm: ECDSA, encoding: PKCS8, rotationPolicy: Always}")
	in.await(t, 1)
	in.awaitServed(t, replica)
	if got := served(t, replica.URL)[0].PublicKeyAlgorithm.String(); got != "ECDSA" {
		t.Errorf("the key that is served is of %s", got)
	}
	pods.end()
}

// account has what the chart grants in this mode.
func (in issuing) account(t *testing.T) *rest.Config {
	t.Helper()
	return granted(t, "issued", in.namespace, "registrationName="+in.config, "certificates.source=cert-manager", "certificates.secretName="+ownSecret)
}

// source reads what cert-manager issues, with the times of the other tests.
func (in issuing) source(t *testing.T) *certs.CertManager {
	t.Helper()
	source, err := certs.NewCertManager(certs.CertManagerOptions{
		Client: clientOf(t, in.account(t)), Namespace: in.namespace, Service: ownService, Secret: ownSecret,
		ExtraHosts: []string{"127.0.0.1"}, Configurations: certs.Configurations{Mutating: []string{in.config}},
		TrustHold: quick.TrustHold, Retirement: in.retirement,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// start starts a replica behind the balancer, and waits until it is ready.
func (in issuing) start(t *testing.T) *swagewebhook.Server {
	t.Helper()
	s := serveOwn(t, webhook.Options{Config: in.account(t), Certificates: in.source(t), Drain: behindBalancer})
	if err := s.WaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.front.add(inProcess(s))
	return s
}
