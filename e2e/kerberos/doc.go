// Package kerberos runs a real KDC, MIT's as Debian has it: one process with a
// database, a configuration and a port of its own. No service of the system is
// touched, and nothing but the caller's folder is written.
package kerberos
