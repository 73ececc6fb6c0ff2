package certs

import (
	"crypto/x509"
	"time"
)

// retirement is how long an authority stays in the bundles after this replica
// saw it last needed, where nobody knows until when the leafs of it are served:
// every replica that can still see the API server has served another leaf for
// most of an hour by then.
const retirement = time.Hour

// linger remembers authorities that are in some bundle but no longer in the
// Secret, and since when. They stay in the bundles for a while: whoever still
// serves a leaf of theirs puts them back into the Secret as soon as it sees
// that they are missing, and must not be cut off before it could.
type linger map[string]time.Time

// stay returns those of found, missing from wanted, whose grace is not over;
// until is when the first of them has to go (zero: never).
func (l linger) stay(found, wanted []*x509.Certificate, now time.Time, grace time.Duration) (staying []*x509.Certificate, until time.Time) {
	missing := union(wanted, found)[len(union(wanted)):]
	present := map[string]bool{}
	for _, authority := range missing {
		key := string(authority.Raw)
		if present[key] = true; l[key].IsZero() {
			l[key] = now
		}
		end := l[key].Add(grace)
		if !now.Before(end) || outlived(authority, now) {
			continue
		}
		staying = append(staying, authority)
		if until.IsZero() || end.Before(until) {
			until = end
		}
	}
	for key := range l {
		if !present[key] {
			delete(l, key)
		}
	}
	return staying, until
}

// earlier is the first of two times, of which zero means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// outlived authorities cannot verify any leaf, by whatever clock.
func outlived(authority *x509.Certificate, now time.Time) bool {
	return now.After(authority.NotAfter.Add(skew))
}
