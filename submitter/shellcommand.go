package submitter

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// shellStart waits until somebody is there, and becomes the shell. Where
// nothing reaps processes yet, tini does. ($$ would be Kubernetes' word for $.)
// Spark's SQL writes into its working directory.
const shellStart = `IFS= read -r _ || exit 1
printf '` + `\033_swage\033\\` + `'
[ -t 1 ] || printf '` + `\033_swage\033\\` + `' >&2
[ -w . ] || cd "${SPARK_LOCAL_DIRS%%,*}" || exit
program="${SPARK_HOME:-/opt/spark}/bin/$1"; shift
if [ "$BASHPID" = 1 ] && [ -x /usr/bin/tini ]; then exec /usr/bin/tini -s -- "$program" "$@"; fi
exec "$program" "$@"
`

// shellCommand is what the container of a shell runs: as Spark's entrypoint
// passes on every command that is not a role.
func (b *build) shellCommand(s *shell) {
	o, c := b.options.Shell, b.container
	b.set(keyResourceType, string(s.kind))
	b.set(keyMaster, masterPrefix+clusterServer)
	args := []string{"bash", "-c", shellStart, "swage-shell", s.program, "--properties-file", confDir + "/" + confFile, "--name", b.conf.Raw(keyAppName)}
	if b.app.proxyUser != "" {
		args = append(args, "--proxy-user", b.app.proxyUser)
	}
	for _, setting := range []struct{ key, variable string }{{keyDriverBind, envBindAddress}, {keyExecutorEnv + envDriverIP, envBindAddress}} {
		args = append(args, "--conf", setting.key+"=$("+setting.variable+")")
	}
	args = append(args, b.attemptArgs()...)
	if len(o.Args) == 0 && !o.Terminal {
		args = append(args, s.piped...)
	}
	c.Args = append(append(c.Args, args...), o.Args...)
	c.Stdin, c.StdinOnce, c.TTY = true, true, o.Terminal
	if s.kind == kindPython {
		b.pythonEnv()
	}
	b.shellEnv(s)
}

// knownTerminals are those that the smallest of images can tell about (Debian's ncurses-base).
var knownTerminals = []string{
	"ansi", "dumb", "linux", "rxvt", "screen", "screen-256color", "tmux", "tmux-256color", "vt100", "vt102", "vt220", "xterm", "xterm-256color",
}

func (b *build) shellEnv(s *shell) {
	o := b.options.Shell
	if o.Terminal && slices.Contains(knownTerminals, o.TerminalType) {
		b.envMissing(envTerm, o.TerminalType)
	}
	if !o.Terminal {
		for _, name := range slices.Sorted(maps.Keys(s.pipedEnv)) {
			b.envMissing(name, s.pipedEnv[name])
		}
	}
}

// envMissing sets a variable that the user has not set.
func (b *build) envMissing(name, value string) {
	if !slices.ContainsFunc(b.container.Env, func(e corev1.EnvVar) bool { return e.Name == name }) {
		b.env(name, value)
	}
}
