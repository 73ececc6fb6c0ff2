// Package staging takes files from the machine of whoever submits into a pod: as one stream, without holding a file in memory.
//
// The stream is a tar archive: regular files only, each under its place, and last of all the Manifest, which is what
// sha256sum writes about them. Only a stream that has the manifest and matches it is whole; nothing else tells a stream that was cut
// off from one that ended. tar and sha256sum can read it where Receive is not at hand.
package staging
