package certs

import (
	"bytes"
	"context"
	"crypto/x509"
	"log/slog"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// ConfigurationStatus is one webhook configuration as this process sees it.
type ConfigurationStatus struct {
	Kind, Name string
	// Untrusted is nil when every entry's bundle verifies the served leaf.
	Untrusted error
	// Heals counts how often this process wrote the bundle again after it had
	// been trusted: more than a few mean that somebody else writes it too.
	Heals int
}

// publisher keeps the bundle of every configuration that trust has seen.
type publisher struct {
	applier applier
	trust   *trust
	now     func() time.Time
	log     *slog.Logger

	mu    sync.Mutex // guards the values of works, which status reads
	works map[ref]*work
}

// work is what is remembered about writing to one configuration.
type work struct {
	pace    pacer
	wanted  []byte // in every bundle, when the pace began
	trusted bool   // the leaf that was served then was trusted at the last look
	heals   int
}

// aim begins the pace anew where something else is to be written than before:
// a rotation undoes nobody's write, and must not wait behind an earlier one.
func (w *work) aim(wanted []byte) {
	if !bytes.Equal(w.wanted, wanted) {
		w.wanted, w.pace = wanted, pacer{}
	}
}

func newPublisher(a applier, t *trust, now func() time.Time, log *slog.Logger) *publisher {
	return &publisher{applier: a, trust: t, now: now, log: log, works: map[ref]*work{}}
}

// lacking lists the configurations to be written now, and when to look again
// for those whose turn has not come (zero: there are none). An empty bundle is
// never written: it would cut off everybody.
func (p *publisher) lacking(all bundle) (todo []*belief, again time.Time) {
	if len(all.wanted) == 0 {
		return nil, again
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.trust.beliefs() {
		if !b.lacks(all.in(b)) {
			continue
		}
		w := p.workOn(b.ref)
		w.aim(encodeBundle(all.wanted))
		if w.pace.ready(p.now()) {
			todo = append(todo, b)
		} else if again.IsZero() || w.pace.next.Before(again) {
			again = w.pace.next
		}
	}
	return todo, again
}

// publish writes the bundle where it is lacking. What fails is tried again
// later, so there is nothing to return.
func (p *publisher) publish(ctx context.Context, all bundle, serving *pair) {
	todo, _ := p.lacking(all)
	for _, b := range todo {
		p.announce(b, serving)
		err := p.applier.apply(ctx, b.configuration, all.in(b))
		switch {
		case err == nil:
		case apierrors.IsConflict(err), apierrors.IsNotFound(err):
			p.log.Debug("the configuration changed meanwhile, reading it again", "configuration", b.ref.String())
		default:
			p.log.Error("cannot write the bundle of a webhook configuration; does the role allow patch on it?",
				"configuration", b.ref.String(), "error", err)
		}
	}
}

// written are the authorities in bundles that this server wrote, this replica
// or another one: some replica may still serve a leaf of theirs. What others
// wrote into a bundle is not among them.
func (p *publisher) written() (all []*x509.Certificate) {
	for _, b := range p.trust.beliefs() {
		all = union(all, b.owned[p.applier.manager])
	}
	return all
}

// announce logs a write and counts it.
func (p *publisher) announce(b *belief, serving *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.workOn(b.ref)
	w.pace.try(p.now())
	if !w.trusted || b.verify(serving, p.now()) == nil {
		p.log.Info("writing the bundle of a webhook configuration", "configuration", b.ref.String())
		return
	}
	w.heals++
	w.trusted = false
	p.log.Warn("the bundle of a webhook configuration was overwritten, calls through it fail; healing it",
		"configuration", b.ref.String(), "lastWriter", p.suspect(b), "heals", w.heals)
}

// suspect is who wrote last, for the log. Taking a field away leaves no trace
// in managedFields: then we stand there ourselves.
func (p *publisher) suspect(b *belief) string {
	if b.writer == p.applier.manager {
		return "unknown"
	}
	return b.writer
}

// note remembers which configurations trust the served leaf.
func (p *publisher) note(serving *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	exist := map[ref]bool{}
	for _, b := range p.trust.beliefs() {
		exist[b.ref] = true
		if serving != nil && b.verify(serving, p.now()) == nil {
			p.workOn(b.ref).trusted = true
		}
	}
	for r := range p.works {
		if !exist[r] {
			delete(p.works, r)
		}
	}
}

func (p *publisher) status(serving *pair) []ConfigurationStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []ConfigurationStatus
	for _, b := range p.trust.beliefs() {
		s := ConfigurationStatus{Kind: b.kind, Name: b.name, Untrusted: ErrNotAvailable, Heals: p.workOn(b.ref).heals}
		if serving != nil {
			s.Untrusted = b.verify(serving, p.now())
		}
		all = append(all, s)
	}
	return all
}

func (p *publisher) workOn(r ref) *work {
	w := p.works[r]
	if w == nil {
		w = &work{}
		p.works[r] = w
	}
	return w
}
