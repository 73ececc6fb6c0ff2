package certs

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	testNamespace, testService = "swage-system", "swage-webhook"
	testHost                   = "swage-webhook.swage-system.svc"

	// apiServerLag is how far an API server's own view of a configuration may
	// lag in these tests: just below TrustHold, so that a shorter hold fails.
	apiServerLag = 59 * time.Second

	// healWithin is how soon a bundle that is not ours must be healed while the
	// API server answers and nobody keeps overwriting it.
	healWithin = 2 * time.Second
)

var (
	secretRef     = ref{kindSecret, defaultSecret}
	mutatingRef   = ref{kindMutating, "00-swage"}
	validatingRef = ref{kindValidating, "swage"}
)

// world is an API server, its replicas, and the one promise that is checked
// all the time: no call fails.
type world struct {
	t        *testing.T
	api      *fakeAPI
	opts     SelfOptions // of every replica
	handler  slog.Handler
	outage   bool // healing cannot be asked for
	replicas []*replica

	mu        sync.Mutex
	failures  []string
	verdicts  map[call]bool
	checks    int
	switches  int
	lastLeafs map[*replica]identity
}

// call is one leaf met by one version of a configuration.
type call struct {
	through object
	leaf    *pair
}

type replica struct {
	*front
	self      *Self // nil: of another source
	name      string
	inService bool // was ready once: calls reach it
	stop      context.CancelFunc
	ended     chan error
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, api: newFakeAPI(), verdicts: map[call]bool{}, handler: slog.DiscardHandler}
	w.opts = SelfOptions{
		Client: fakeClient{api: w.api}, Namespace: testNamespace, Service: testService,
		Configurations: Configurations{Mutating: []string{mutatingRef.name}, Validating: []string{validatingRef.name}},
	}
	w.api.onWrite = func(ref) { w.check() }
	w.put(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: defaultSecret, Namespace: testNamespace}})
	t.Cleanup(func() {
		for i, f := range w.failures {
			if i < 5 {
				t.Error("a call would fail: ", f)
			}
		}
		t.Logf("checks %d, leafs switched %d, failures %d, updates %d, applies %d, conflicts %d",
			w.checks, w.switches, len(w.failures), w.api.updates, w.api.applies, w.api.conflicts)
	})
	return w
}

func (w *world) put(o object) {
	w.t.Helper()
	if _, err := w.api.write(o, true); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) install() {
	w.put(mutatingConfiguration(mutatingRef.name))
	w.put(validatingConfiguration(validatingRef.name))
}

// start runs a replica whose clock is off by skewed until the test stops it.
func (w *world) start(name string, skewed time.Duration) *replica {
	w.t.Helper()
	opts := w.opts
	opts.now = func() time.Time { return time.Now().Add(skewed) }
	opts.Logger = slog.New(hook{w.handler, w.check}).With("replica", name)
	self, err := NewSelf(opts)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.join(&replica{front: &self.front, self: self, name: name}, self)
}

func (w *world) join(r *replica, src Source) *replica {
	ctx, stop := context.WithCancel(w.t.Context())
	r.stop, r.ended = stop, make(chan error, 1)
	w.mu.Lock()
	w.replicas = append(w.replicas, r)
	w.mu.Unlock()
	go func() { r.ended <- src.Start(ctx) }()
	synctest.Wait()
	return r
}

// fleet starts n replicas with right clocks and waits until all are ready.
func (w *world) fleet(n int) {
	w.t.Helper()
	for i := range n {
		w.start(fmt.Sprint("r", i), 0)
	}
	w.run(5 * time.Second)
	w.allReady()
}

func (w *world) allReady() {
	w.t.Helper()
	for _, r := range w.replicas {
		if err := r.Healthy(); err != nil {
			w.t.Fatalf("%s is not ready: %v", r.name, err)
		}
	}
}

// readyAfter wants a replica that started in the middle of a rotation not to be
// ready, at any second of a time, and ready with all others a moment later.
func (w *world) readyAfter(late *replica, trusted time.Duration) {
	w.t.Helper()
	for range trusted / time.Second {
		w.run(time.Second)
		if err := late.Healthy(); !errors.Is(err, ErrNotTrusted) {
			w.t.Fatalf("ready in the middle of a rotation: %v", err)
		}
	}
	w.run(5 * time.Second)
	w.allReady()
}

// stopAll ends the replicas and waits for them; the bubble would fail if a
// goroutine of theirs were left.
func (w *world) stopAll() {
	for len(w.replicas) > 0 {
		w.stop(w.replicas[0])
	}
}

func (w *world) stop(r *replica) {
	w.t.Helper()
	w.mu.Lock()
	for i := range w.replicas {
		if w.replicas[i] == r {
			w.replicas = append(w.replicas[:i:i], w.replicas[i+1:]...)
			break
		}
	}
	w.mu.Unlock()
	r.stop()
	if err := <-r.ended; err != nil {
		w.t.Errorf("Start of %s: %v", r.name, err)
	}
}

// run lets time pass, checking every minute (and at least every second while
// less than a minute is asked for).
func (w *world) run(d time.Duration) {
	w.t.Helper()
	step := time.Minute
	if d < step {
		step = time.Second
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(step, time.Until(end)))
		synctest.Wait()
		w.check()
	}
}

func (w *world) secret() contents {
	o := w.api.current(secretRef)
	if o == nil {
		w.t.Fatal("no Secret")
	}
	return decode(o.(*corev1.Secret).Data, []string{testHost})
}

// editSecret changes the Secret as somebody with an editor would.
func (w *world) editSecret(edit func(data map[string][]byte)) {
	s := w.api.current(secretRef).(*corev1.Secret)
	if s.Data == nil {
		s.Data = map[string][]byte{}
	}
	edit(s.Data)
	s.ResourceVersion = ""
	w.put(s)
	synctest.Wait()
}

// overwrite replaces the bundle of a configuration behind the source's back.
func (w *world) overwrite(r ref, bundle []byte) {
	switch c := w.api.current(r).(type) {
	case *admissionv1.MutatingWebhookConfiguration:
		c.Webhooks[0].ClientConfig.CABundle, c.ResourceVersion, c.ManagedFields = bundle, "", nil
		w.put(c)
	case *admissionv1.ValidatingWebhookConfiguration:
		c.Webhooks[0].ClientConfig.CABundle, c.ResourceVersion, c.ManagedFields = bundle, "", nil
		w.put(c)
	}
	synctest.Wait()
}

func (w *world) down(err error) {
	w.outage = true
	w.api.setFail(func(string) error { return err })
	w.api.breakWatches()
}

func (w *world) up() {
	w.api.setFail(nil)
	w.run(2 * time.Minute) // reflectors back off for up to half a minute, and so do we for a minute
	w.outage = false
}

var errAway = apierrors.NewServiceUnavailable("the API server is away")

// served is the leaf that r serves now.
func (r *replica) served(t *testing.T) *pair {
	t.Helper()
	if p := r.serving.Load(); p != nil {
		return p
	}
	t.Fatalf("%s serves nothing", r.name)
	return nil
}

func mutatingConfiguration(name string) *admissionv1.MutatingWebhookConfiguration {
	none := admissionv1.SideEffectClassNoneOnDryRun
	return &admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionv1.MutatingWebhook{{
			Name: "pods.swage.dev", SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
			Rules: podRules(), ClientConfig: serviceClient(),
		}},
	}
}

func validatingConfiguration(name string) *admissionv1.ValidatingWebhookConfiguration {
	none := admissionv1.SideEffectClassNone
	return &admissionv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionv1.ValidatingWebhook{{
			Name: "templates.swage.dev", SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
			Rules: podRules(), ClientConfig: serviceClient(),
		}},
	}
}

func serviceClient() admissionv1.WebhookClientConfig {
	return admissionv1.WebhookClientConfig{
		Service: &admissionv1.ServiceReference{Namespace: testNamespace, Name: testService},
	}
}

func podRules() []admissionv1.RuleWithOperations {
	return []admissionv1.RuleWithOperations{{
		Operations: []admissionv1.OperationType{admissionv1.Create},
		Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
	}}
}

// hook checks the promise at the very moments at which replicas act.
type hook struct {
	slog.Handler
	check func()
}

func (h hook) Enabled(context.Context, slog.Level) bool { return true }

func (h hook) Handle(ctx context.Context, r slog.Record) error {
	h.check()
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h hook) WithAttrs(a []slog.Attr) slog.Handler { return hook{h.Handler.WithAttrs(a), h.check} }

// check calls every replica in service through every version of every
// configuration that some API server may still hold.
func (w *world) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.checks++
	for _, r := range w.replicas {
		p := r.serving.Load()
		if p == nil || !r.inService && r.Healthy() != nil {
			continue
		}
		r.inService = true
		w.noteSwitch(r, p)
		if now := time.Now(); now.Before(p.leaf().NotBefore) || p.expired(now) {
			w.failures = append(w.failures, fmt.Sprintf("%s: %s serves a leaf outside its validity", now, r.name))
		}
		for _, at := range []ref{mutatingRef, validatingRef} {
			w.callThrough(r, p, at)
		}
	}
}

func (w *world) noteSwitch(r *replica, p *pair) {
	if w.lastLeafs == nil {
		w.lastLeafs = map[*replica]identity{}
	}
	if last, ok := w.lastLeafs[r]; ok && last != p.id {
		w.switches++
	}
	w.lastLeafs[r] = p.id
}

func (w *world) callThrough(r *replica, p *pair, through ref) {
	w.api.mu.Lock()
	versions := w.api.versions[through]
	w.api.mu.Unlock()
	now := time.Now()
	for i := len(versions) - 1; i >= 0; i-- {
		v := versions[i]
		latest := i == len(versions)-1
		if !latest && now.Sub(versions[i+1].from) > apiServerLag {
			return
		}
		if v.foreign {
			if latest && v.object != nil && !w.outage && now.Sub(v.from) > healWithin && !w.trusts(v, p) {
				w.failures = append(w.failures, fmt.Sprintf("%s: %s not healed since %s", now, through, v.from))
			}
			continue
		}
		if !w.trusts(v, p) {
			w.failures = append(w.failures, fmt.Sprintf("%s: %s serves a leaf of %s that %s as of %s does not trust",
				now, r.name, p.leaf().NotBefore, through, v.from))
		}
	}
}

// trusts remembers its verdicts: years have millions of minutes.
func (w *world) trusts(v version, p *pair) bool {
	key := call{v.object, p}
	verdict, ok := w.verdicts[key]
	if !ok {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(bundleOf(v.object))
		_, err := p.verify(roots, testHost, p.leaf().NotBefore)
		verdict = err == nil
		w.verdicts[key] = verdict
	}
	return verdict
}

func bundleOf(o object) []byte {
	switch c := o.(type) {
	case *admissionv1.MutatingWebhookConfiguration:
		return c.Webhooks[0].ClientConfig.CABundle
	case *admissionv1.ValidatingWebhookConfiguration:
		return c.Webhooks[0].ClientConfig.CABundle
	}
	return nil
}

var errTest = errors.New("refused by the test")
