package submitter

// command is what the driver's container runs: the arguments of Spark's entrypoint.
func (b *build) command() error {
	if b.shell != nil {
		b.shellCommand(b.shell)
		return nil
	}
	b.set(keyResourceType, string(b.app.kind))
	if b.app.kind == kindPython {
		b.pythonEnv()
	}
	args := []string{"driver"}
	if b.app.proxyUser != "" {
		args = append(args, "--proxy-user", b.app.proxyUser)
	}
	args = append(args, "--properties-file", confDir+"/"+confFile)
	args = append(append(args, b.attemptArgs()...), "--class", b.app.mainClass, b.app.resource)
	b.container.Args = append(append(b.container.Args, args...), b.app.args...)
	return nil
}

// pythonEnv says which Python runs: the configuration, else the client's environment.
func (b *build) pythonEnv() {
	for _, p := range []struct{ key, env string }{{keyPython, envPython}, {keyPythonOwn, envPythonOwn}} {
		value, found := b.conf.Lookup(p.key)
		if !found {
			value, found = b.client.env(p.env)
		}
		if found {
			b.env(p.env, value)
		}
	}
}
