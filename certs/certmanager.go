package certs

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"
)

// CertManager is the source whose leaf cert-manager issues into a Secret, or
// whoever else keeps a Secret with tls.crt, tls.key and ca.crt fresh. It writes
// nothing there; the bundles of the webhook configurations are its own. Make it
// with NewCertManager.
type CertManager struct {
	front
	inbox

	opts  CertManagerOptions
	to    target
	trust *trust

	// Only the goroutine of Start touches these.
	overlap overlap
	linger  linger
	until   time.Time      // when the first of linger has to go
	seen    *corev1.Secret // what newest and problem were read from
	newest  *pair          // the last that could be used
	problem error          // why what is there now cannot be; never key material
	told    string         // the problem that the log has
	ended   *pair          // the leaf of which the log says that it has expired
}

var _ Source = (*CertManager)(nil)

// NewCertManager checks the options; nothing is called before Start.
func NewCertManager(opts CertManagerOptions) (*CertManager, error) {
	opts.setDefaults()
	if err := opts.validate(); err != nil {
		return nil, fmt.Errorf("options of the certificate source: %w", err)
	}
	t := newTrust(opts.TrustHold, opts.now)
	return &CertManager{
		front:   newFront(newPublisher(applier{opts.Client, opts.FieldManager}, t, opts.now, opts.Logger)),
		inbox:   newInbox(),
		opts:    opts,
		to:      targetOf(opts.Namespace, opts.Service, opts.ExtraHosts),
		trust:   t,
		overlap: overlap{trust: t, now: opts.now},
		linger:  linger{},
	}, nil
}

// Start is described at Source. A Secret that does not exist is waited for:
// cert-manager makes it when it has issued the first leaf.
func (c *CertManager) Start(ctx context.Context) error {
	controllers := append(
		[]cache.Controller{watchSecret(c.opts.Client, c.opts.Namespace, c.opts.Secret, c.see)},
		watchConfigurations(c.opts.Client, c.opts.Configurations, c.to, c.trust, c.poke)...)
	c.work(ctx, c.opts.Logger, controllers, c.reconcile)
	return nil
}

// reconcile makes one step and returns how long to sleep at most. It needs no
// live read before it writes: what it does not know it leaves in the bundles.
func (c *CertManager) reconcile(ctx context.Context) time.Duration {
	c.read(c.latest())
	all := c.bundle()
	c.overlap.choose(offer{newest: c.newest, alone: len(all.wanted)+len(all.staying) == 1})
	all = c.bundle() // without the authority of a leaf that is served no more
	c.show(c.overlap.serving, c.blocker())
	c.tellExpired()
	c.publisher.publish(ctx, all, c.overlap.serving)
	return c.rest(all)
}

// read takes over what was issued; what cannot be used changes nothing.
func (c *CertManager) read(secret *corev1.Secret) {
	if secret != nil && secret == c.seen {
		return
	}
	c.seen = secret
	var p *pair
	var remark string
	err := errNoSecret
	if secret != nil {
		p, remark, err = issued(secret.Data, c.to.hosts)
	}
	c.problem = err
	switch {
	case err != nil:
		c.tellProblem(err)
	case !p.is(c.newest):
		c.tellIssued(p, remark)
		c.newest = p
	default:
		c.told = ""
	}
}

func (c *CertManager) tellProblem(err error) {
	if c.told == err.Error() {
		return
	}
	c.told = err.Error()
	log := c.opts.Logger.With("secret", c.opts.Namespace+"/"+c.opts.Secret, "problem", err)
	switch {
	case c.newest != nil:
		log.Warn("the Secret of the serving certificate cannot be used, serving on with what was read before", "leaf", c.newest)
	case errors.Is(err, errNoSecret), errors.Is(err, errEmpty):
		log.Info("waiting for cert-manager to issue the serving certificate; kubectl describe certificate says how far it is")
	default:
		log.Error("the Secret of the serving certificate cannot be used, and there is no other")
	}
}

func (c *CertManager) tellIssued(p *pair, remark string) {
	c.told = ""
	log := c.opts.Logger.With("leaf", p)
	if remark != "" {
		log.Warn("trusting the end of the certificate's own chain, for the Secret's authority is of no use", "reason", remark)
	}
	switch {
	case c.newest == nil:
		log.Info("a certificate was issued")
	case p.authority.Equal(c.newest.authority):
		log.Info("a new certificate of the same authority was issued", "servedAfter", c.opts.TrustHold)
	default:
		log.Info("a new certificate of a new authority was issued; it is served when all configurations have trusted that for a while",
			"while", c.opts.TrustHold)
	}
}

func (c *CertManager) tellExpired() {
	if p := c.overlap.serving; p != nil && p.expired(c.opts.now()) && !p.is(c.ended) {
		c.ended = p
		c.opts.Logger.Error("the serving certificate has expired and no other was issued; is cert-manager running?", "leaf", p)
	}
}

// blocker is why this replica is not ready. Without a leaf the Secret is.
func (c *CertManager) blocker() error {
	if c.overlap.serving == nil && c.problem != nil {
		return fmt.Errorf("the Secret %s/%s of the serving certificate: %w", c.opts.Namespace, c.opts.Secret, c.problem)
	}
	return c.overlap.blocked
}

// bundle is what the configurations should hold. Authorities that are there
// already, by a replica's hand, stay for a while: this replica cannot know
// whether another one still serves a leaf of theirs.
func (c *CertManager) bundle() bundle {
	var all bundle
	for _, p := range []*pair{c.newest, c.overlap.serving} {
		if p != nil {
			all.wanted = append(all.wanted, p.authority)
		}
	}
	all.wanted = union(all.wanted)
	all.staying, c.until = c.linger.stay(c.publisher.written(), all.wanted, c.opts.now(), c.opts.Retirement)
	all.staying = all.staying[:min(len(all.staying), maxAuthorities-len(all.wanted))]
	return all
}

// rest is the time until something is due by the clock alone.
func (c *CertManager) rest(all bundle) time.Duration {
	due := alarm{now: c.opts.now()}
	_, again := c.publisher.lacking(all)
	due.at(again)
	due.at(c.until)
	if p := c.newest; p != nil {
		at, _ := c.trust.settles(p)
		due.at(at)
		due.at(p.leaf().NotBefore)
	}
	if p := c.overlap.serving; p != nil {
		due.at(p.leaf().NotAfter)
	}
	return due.left()
}
