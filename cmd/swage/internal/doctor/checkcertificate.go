package doctor

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// bundle is what one registration trusts.
type bundle struct {
	where string
	pem   []byte
}

func (in *Installation) bundles(f *Facts) (all []bundle) {
	for _, e := range in.shapes(f) {
		all = append(all, bundle{e.String(), e.ClientConfig.CABundle})
	}
	for _, e := range in.checks(f) {
		all = append(all, bundle{e.String(), e.ClientConfig.CABundle})
	}
	return all
}

func certificateTrusted(f *Facts, in *Installation) []finding {
	switch {
	case in.Served.Err != nil:
		return unknown(in.Served.Err)
	case len(in.Served.Value) == 0:
		return skip("no replica is ready, and no Secret is known")
	}
	logs := in.logs("bundle")
	if in.settings()["certificates"] == "files" {
		logs = "write the authority's certificate into caBundle: docs/install.md, certificates"
	}
	var problems []finding
	bundles := in.bundles(f)
	for _, b := range bundles {
		if err := in.trusts(f, b); err != nil {
			problems = append(problems, fail(logs, "%s: %v: API servers do not talk to the server", b.where, err)...)
		}
	}
	return orElse(problems, "%s: they trust the certificate of %s for %s", count(len(bundles), "entry", "entries"), in.servedBy(), in.host())
}

var errNoBundle = errors.New("its caBundle is empty or no certificate")

// trusts is nil where a bundle verifies whatever is served. That a certificate's time is over is another check's matter.
func (in *Installation) trusts(f *Facts, b bundle) error {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(b.pem) {
		return errNoBundle
	}
	for _, s := range in.Served.Value {
		_, err := verify(s.Chain, roots, in.host(), f.Now)
		if err != nil && !expired(err) {
			return fmt.Errorf("its caBundle does not verify the certificate of %s: %w", s.By, err)
		}
	}
	return nil
}

func verify(chain []*x509.Certificate, roots *x509.CertPool, host string, now time.Time) ([][]*x509.Certificate, error) {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	return chain[0].Verify(x509.VerifyOptions{
		DNSName: host, Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
}

func expired(err error) bool {
	invalid := x509.CertificateInvalidError{}
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

func (in *Installation) servedBy() string {
	if len(in.Served.Value) == 1 {
		return in.Served.Value[0].By
	}
	return fmt.Sprintf("%s and %d more", in.Served.Value[0].By, len(in.Served.Value)-1)
}

// A certificate is near its end in the last week, and for one that lives for
// days in the last quarter of its life. Each source has renewed it long before.
const (
	lastWeek    = 7 * 24 * time.Hour
	lastQuarter = 4
)

func certificateExpiry(f *Facts, in *Installation) []finding {
	switch {
	case in.Served.Err != nil:
		return unknown(in.Served.Err)
	case len(in.Served.Value) == 0:
		return skip("no replica is ready, and no Secret is known")
	}
	var problems []finding
	first := time.Time{}
	for _, s := range in.Served.Value {
		for _, c := range in.life(f, s) {
			problems = append(problems, in.age(f.Now, s.By, c)...)
			if first.IsZero() || c.NotAfter.Before(first) {
				first = c.NotAfter
			}
		}
	}
	return orElse(problems, "valid until %s, another %s", first.UTC().Format(time.DateOnly), days(first.Sub(f.Now)))
}

// life is the certificates on which trust in what is served hangs: the chain, and the authorities that verify it.
func (in *Installation) life(f *Facts, s Served) []*x509.Certificate {
	for _, b := range in.bundles(f) {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(b.pem)
		if chains, err := verify(s.Chain, roots, in.host(), f.Now); err == nil {
			return chains[0]
		}
	}
	return s.Chain
}

func (in *Installation) age(now time.Time, by string, c *x509.Certificate) []finding {
	left, life := c.NotAfter.Sub(now), c.NotAfter.Sub(c.NotBefore)
	logs := in.logs("certificate")
	what := fmt.Sprintf("%s: the certificate %q", by, c.Subject.CommonName)
	switch {
	case left <= 0:
		return fail(logs, "%s ended on %s: API servers do not talk to the server", what, c.NotAfter.UTC().Format(time.DateOnly))
	case now.Before(c.NotBefore):
		return fail("date -u", "%s is valid from %s on, later than this machine's clock", what, c.NotBefore.UTC().Format(time.RFC3339))
	case left < lastWeek && left < life/lastQuarter:
		return warn(logs, "%s ends in %s and was not renewed", what, days(left))
	}
	return nil
}

func days(d time.Duration) string {
	if d < 48*time.Hour {
		return count(int(d/time.Hour), "hour", "hours")
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}
