package webhook_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/certs"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

// Names within a test's namespace. The Secrets' are those that the chart gives
// to installations of the classes own and self.
const (
	ownService = "own"
	ownSecret  = "swage-own-webhook-tls"
	selfSecret = "swage-self-webhook-tls"
)

// quick are the times of the tests' rotations: one about every RenewBefore.
// TrustHold is far more than an API server needs to see a new bundle, while others
// use the machine: who is further behind is promised nothing.
var quick = certs.SelfOptions{LeafValidity: 20 * time.Second, RenewBefore: 10 * time.Second, TrustHold: time.Second}

// rotations is how many new authorities the test sees come and go.
const rotations = 6

// R37: authorities and leafs change, again and again, with two replicas, under
// load and failurePolicy Fail. No pod is refused; and whoever connects to either
// replica at any moment with the bundle that is in the configuration succeeds.
func TestRotationsRefuseNoPod(t *testing.T) {
	t.Parallel()
	namespace, config, front := ownSelf(t)
	for range 2 {
		startSelf(t, namespace, config, quick, front)
	}
	awaitAdmission(t, namespace)
	server.Template(t, namespace, "base", podtemplate.Default, writes("made-by", "base"))

	pods := createAllTheTime(t, namespace, "made-by")
	handshakes := connectAllTheTime(t, config, front)
	awaitLeafs(t, front, rotations+1)
	connections := handshakes()
	if n := pods.end(); !t.Failed() {
		t.Logf("%d rotations, %d pods and %d handshakes, none failed", rotations, n, connections)
	}
}

// R37: somebody damages the Secret, then deletes it, under load. Replicas go on
// with what they know; when the Secret is there again, even empty, it is filled.
func TestADamagedSecretRefusesNoPod(t *testing.T) {
	t.Parallel()
	namespace, config, front := ownSelf(t)
	startSelf(t, namespace, config, certs.SelfOptions{TrustHold: quick.TrustHold}, front)
	awaitAdmission(t, namespace)
	server.Template(t, namespace, "base", podtemplate.Default, writes("made-by", "base"))
	pods := createAllTheTime(t, namespace, "made-by")
	secrets := server.Client().CoreV1().Secrets(namespace)
	for _, damage := range []func(*corev1.Secret){
		func(s *corev1.Secret) { s.Data["tls.key"] = []byte("not a key") },
		func(s *corev1.Secret) { s.Data = nil },
	} {
		secret, err := secrets.Get(t.Context(), ownSecret, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		damage(secret)
		if _, err := secrets.Update(t.Context(), secret, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		awaitSoundSecret(t, namespace)
	}
	if err := secrets.Delete(t.Context(), ownSecret, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	before := pods.made.Load()
	server.Await(t, "pods made without the Secret", func() error { return moreThan(before+20, pods.made.Load()) })
	createOwnSecret(t, namespace)
	awaitSoundSecret(t, namespace)
	pods.end()
}

// Everybody was away until the leaf had expired: whoever comes back first
// recovers by itself, under failurePolicy Fail, without a hand.
func TestRecoversAfterTheLeafExpired(t *testing.T) {
	t.Parallel()
	namespace, config, front := ownSelf(t)
	brief := certs.SelfOptions{LeafValidity: 2 * time.Second, RenewBefore: time.Second, TrustHold: 50 * time.Millisecond}
	first := startSelf(t, namespace, config, brief, front)
	awaitAdmission(t, namespace)
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	server.Await(t, "the leaf's end", func() error {
		if left := time.Until(soundSecret(t, namespace).NotAfter); left > 0 {
			return fmt.Errorf("%s left", left)
		}
		return nil
	})
	startSelf(t, namespace, config, brief, front)
	awaitAdmission(t, namespace)
}

// ownSelf prepares an installation whose replicas make their own certificates:
// a namespace with an empty Secret, and a configuration without a bundle that
// calls the balancer.
func ownSelf(t *testing.T) (namespace, config string, front *balancer) {
	t.Helper()
	front = newBalancer(t)
	namespace, narrow := server.OwnWebhook(t)
	createOwnSecret(t, namespace)
	made := webhooktest.Configuration(webhooktest.Endpoint{URL: "https://" + front.address}, webhooktest.Options{Edit: narrow})
	configs := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations()
	if _, err := configs.Create(t.Context(), made, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := configs.Delete(context.WithoutCancel(t.Context()), made.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	return namespace, made.Name, front
}

func createOwnSecret(t *testing.T, namespace string) {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: ownSecret}}
	if _, err := server.Client().CoreV1().Secrets(namespace).Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// startSelf starts a replica of it behind the balancer, and waits until it is ready.
func startSelf(t *testing.T, namespace, config string, times certs.SelfOptions, front *balancer) *swagewebhook.Server {
	t.Helper()
	times.Secret = cmp.Or(times.Secret, ownSecret)
	class := map[string]string{ownSecret: "own", selfSecret: "self"}[times.Secret]
	account := granted(t, class, namespace, "registrationName="+config, "class="+class)
	times.Client, times.Namespace, times.Service = clientOf(t, account), namespace, ownService
	times.ExtraHosts, times.Configurations.Mutating = []string{"127.0.0.1"}, []string{config}
	times.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	self, err := certs.NewSelf(times)
	if err != nil {
		t.Fatal(err)
	}
	s := serveOwn(t, webhook.Options{Config: account, Certificates: self, Drain: behindBalancer})
	if err := s.WaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	front.add(inProcess(s))
	return s
}

// awaitAdmission waits until the API server has seen the bundle and the balancer a replica.
func awaitAdmission(t *testing.T, namespace string) {
	t.Helper()
	probe := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "probe-", Labels: map[string]string{podtemplate.RoleLabel: string(podtemplate.Driver)}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "spark", Image: "spark"}}},
	}
	server.Await(t, "an answer of the test's own webhook", func() error {
		_, err := server.DryRun(t, namespace, probe)
		return err
	})
}

// connectAllTheTime does what an API server does with each new bundle, with each
// replica in turn; the function returned ends it and tells how often.
func connectAllTheTime(t *testing.T, config string, front *balancer) func() int64 {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var made atomic.Int64
	end := func() int64 {
		cancel()
		running.Wait()
		return made.Load()
	}
	t.Cleanup(func() { end() })
	running.Go(func() {
		for ctx.Err() == nil {
			began := time.Now()
			got, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), config, metav1.GetOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			_, err = handshake(t.Context(), front.address, got.Webhooks[0].ClientConfig)
			// Who is further behind than TrustHold is promised nothing.
			if err != nil && time.Since(began) < quick.TrustHold {
				t.Errorf("handshake %d: %v", made.Load(), err)
				return
			}
			made.Add(1)
		}
	})
	return end
}

// handshake returns the leaf that is served, verified by the entry's bundle.
func handshake(ctx context.Context, address string, entry admissionv1.WebhookClientConfig) (*x509.Certificate, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(entry.CABundle)
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	return connection.(*tls.Conn).ConnectionState().PeerCertificates[0], nil
}

// awaitLeafs waits until so many different leafs were served.
func awaitLeafs(t *testing.T, front *balancer, count int) {
	t.Helper()
	seen := map[[sha256.Size]byte]bool{}
	for len(seen) < count && !t.Failed() {
		before := len(seen)
		server.Await(t, fmt.Sprintf("leaf %d of %d", before+1, count), func() error {
			dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // it looks at the leaf; others verify
			connection, err := dialer.DialContext(t.Context(), "tcp", front.address)
			if err != nil {
				return err
			}
			defer connection.Close()
			seen[sha256.Sum256(connection.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw)] = true
			return moreThan(int64(before), int64(len(seen)))
		})
	}
}

func moreThan(want, have int64) error {
	if have <= want {
		return fmt.Errorf("%d, want more than %d", have, want)
	}
	return nil
}
