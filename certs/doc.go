// Package certs provides the certificate that a webhook server serves, and
// sees to it that the API servers trust it.
//
// [Source] is the seam. [Self] makes its own authority and leaf, shares them
// with the other replicas through one Secret, and owns the caBundle of the
// webhook configurations. [CertManager] reads the Secret that cert-manager
// fills, and owns the caBundle too. [Files] follows a directory that somebody
// else fills. [TLSConfig] serves any of them, TLS 1.3 alone.
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
// # What CertManager promises
//
// The same of each new leaf and each new authority that is issued, while API
// servers' clocks are behind cert-manager's by less than TrustHold. What cannot
// be used (garbage, a leaf for another name, a Secret that is gone) changes
// nothing: the last good leaf is served until its end. The old leaf is not kept
// anywhere: a replica that starts while trust moves from one authority to the
// next is not ready before that has settled. The bundles are the replicas'
// common memory of old authorities, and managedFields tell what a replica wrote
// there from what somebody else did. An old authority leaves them an hour after a
// replica has served the new one's leaf in its place.
//
// Replicas with Self and with CertManager may serve beside each other, so that
// the source can be changed by a rolling update.
//
// # What Self refuses
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
