// Package gitops shows that tools which compare a repository with a cluster all
// day come to rest with an installation of Swage: the server writes fields of
// its own into what they applied, and nobody takes them for a difference.
package gitops
