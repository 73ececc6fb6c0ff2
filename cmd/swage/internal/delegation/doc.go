// Package delegation obtains delegation tokens of Hadoop's services, which takes their Java clients: it runs the user's
// own spark-submit against an API server that is none, on this machine, and takes the tokens out of the Secret that it
// would create. So they are those that spark-submit gets, for the same services, by the same tickets.
package delegation
