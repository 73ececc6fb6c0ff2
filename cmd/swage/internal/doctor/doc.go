// Package doctor judges installations of Swage as an experienced administrator
// would: what is there, whether it is reached and trusted, what it does to pods
// and namespaces, and what would happen when something fails.
//
// It is pure: Judge looks at Facts, a snapshot of what was read of a cluster, or
// why it could not be read. Package survey reads them.
package doctor
