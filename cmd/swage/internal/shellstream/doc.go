// Package shellstream is what goes before a shell's own words on a connection to it: the line that begins the shell, and the
// sign by which it says that it has begun. Whatever an image's entrypoint has written until then is not the shell's.
package shellstream
