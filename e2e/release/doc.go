// Package release writes what a release consists of: an archive of the programs
// for each platform, the image, the chart, krew's manifest, a bill of materials
// and the checksums of all of them. The same source, version and Go give the
// same bytes, in whatever folder and whenever.
package release
