package cluster

// File is a path in the cluster's own folder, for what a program beside it
// needs. The folder goes with the cluster.
func (c *Cluster) File(name string) string { return c.dir.File(name) }

// LogFile is where a program beside the cluster should log, so that its log is
// kept with the others when Close is told so.
func (c *Cluster) LogFile(name string) string { return c.dir.Log(name) }
