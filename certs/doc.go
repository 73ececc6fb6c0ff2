// Package certs provides the certificate that a webhook server serves, and
// sees to it that the API servers trust it.
//
// [Source] is the seam. [Self] makes its own authority and leaf, shares them
// with the other replicas through one Secret, and owns the caBundle of the
// webhook configurations. [Files] follows a directory that somebody else
// fills. [TLSConfig] serves either, TLS 1.3 alone.
//
// # What Self promises
//
// No call fails because of a rotation, however many replicas there are, as
// long as clocks differ by less than an hour and API servers follow a
// configuration within TrustHold (60 s). A new authority joins every bundle
// beside the old one; each replica serves the old leaf until its own watch has
// seen all configurations trust the new one for TrustHold; the old authority
// leaves an hour after its leaf expired. There is no leader: any replica may
// rotate, and the Secret's resourceVersion lets one of them win.
//
// A configuration that appears late, or whose bundle was overwritten, is
// healed when the watch shows it. Damage to the Secret is healed by a
// rotation. While the API server is away the leaf in memory is served on.
//
// # What it refuses
//
//   - To keep an authority's key: it is thrown away once the leaf is signed, so
//     that whoever reads the Secret cannot mint. The leaf's key is in the
//     Secret; who can read that can pose as the server until the leaf expires.
//   - To create the Secret or a configuration: rights by name cannot allow it.
//   - To touch entries that do not call its own Service.
//   - To guess that nobody serves an old leaf any more. Replicas do not report
//     to each other, so an authority leaves the bundle when it has expired. To
//     be rid of a leaked leaf at once: empty the Secret, wait until every
//     replica serves the new leaf (the log says so), then remove the old
//     authority from ca.crt. A replica that does still serve it puts it back.
package certs
