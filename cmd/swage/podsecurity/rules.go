package podsecurity

import (
	"slices"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// rule is about values that must not be there.
type rule struct {
	level Level
	what  string
	// paths lead to the values: "[]" are all elements, "*" all containers.
	paths   []string
	against func(*tree.Node) bool
	// unlessUserNamespace: it does not count where the pod has its own users.
	unlessUserNamespace bool
}

// rules is the table, as https://kubernetes.io/docs/concepts/security/pod-security-standards/ has it.
func rules() []rule {
	return []rule{
		{level: Baseline, what: "host namespaces", paths: []string{"hostNetwork", "hostPID", "hostIPC"}, against: isTrue},
		{level: Baseline, what: "privileged containers", paths: []string{"*.securityContext.privileged"}, against: isTrue},
		{level: Baseline, what: "capabilities beyond the default ones", paths: []string{"*.securityContext.capabilities.add.[]"}, against: none(
			"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")},
		{level: Baseline, what: "hostPath volumes", paths: []string{"volumes.[].hostPath"}, against: isThere},
		{level: Baseline, what: "host ports", paths: []string{"*.ports.[].hostPort"}, against: notZero},
		{level: Baseline, what: "hosts in probes and hooks", paths: hosts(), against: notEmpty},
		{level: Baseline, what: "AppArmor profiles", paths: both("appArmorProfile"), against: profile},
		{level: Baseline, what: "SELinux types", paths: both("seLinuxOptions.type"), against: none("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")},
		{level: Baseline, what: "SELinux users and roles", paths: append(both("seLinuxOptions.user"), both("seLinuxOptions.role")...), against: notEmpty},
		{level: Baseline, what: "procMount", paths: []string{"*.securityContext.procMount"}, against: none("Default"), unlessUserNamespace: true},
		{level: Baseline, what: "seccomp profiles", paths: both("seccompProfile"), against: profile},
		{level: Baseline, what: "sysctls", paths: []string{"securityContext.sysctls.[].name"}, against: none(
			"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
			"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
			"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem")},
		{level: Baseline, what: "Windows host processes", paths: both("windowsOptions.hostProcess"), against: isTrue},

		{level: Restricted, what: "procMount", paths: []string{"*.securityContext.procMount"}, against: none("Default")},
		{level: Restricted, what: "kinds of volumes", paths: []string{"volumes.[]"}, against: lacks(
			"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret")},
		{level: Restricted, what: "running as root", paths: both("runAsUser"), against: isZero, unlessUserNamespace: true},
		{level: Restricted, what: "running as root", paths: both("runAsNonRoot"), against: isFalse, unlessUserNamespace: true},
	}
}

// both are a member of the pod's securityContext and the same of the containers'.
func both(member string) []string {
	return []string{"securityContext." + member, "*.securityContext." + member}
}

func hosts() (paths []string) {
	for _, place := range []string{"livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"} {
		paths = append(paths, "*."+place+".httpGet.host", "*."+place+".tcpSocket.host")
	}
	return paths
}

func isThere(n *tree.Node) bool  { return !n.Is(tree.Null) }
func isTrue(n *tree.Node) bool   { return n.Is(tree.True) }
func isFalse(n *tree.Node) bool  { return n.Is(tree.False) }
func notEmpty(n *tree.Node) bool { return n.Text() != "" }

func isZero(n *tree.Node) bool {
	value, ok := n.Int()
	return ok && value == 0
}

func notZero(n *tree.Node) bool {
	value, ok := n.Int()
	return ok && value != 0
}

func none(allowed ...string) func(*tree.Node) bool {
	return func(n *tree.Node) bool { return !n.Is(tree.Null) && !slices.Contains(allowed, n.Text()) }
}

func lacks(members ...string) func(*tree.Node) bool {
	return func(n *tree.Node) bool {
		return !slices.ContainsFunc(members, func(name string) bool { return stated(n.Get(name)) })
	}
}

// profile is against one that is neither the runtime's nor a file of the node.
func profile(n *tree.Node) bool { return stated(n) && !goodProfile(n) }

func goodProfile(n *tree.Node) bool {
	return slices.Contains([]string{"RuntimeDefault", "Localhost"}, n.Get("type").Text())
}

func stated(n *tree.Node) bool { return n != nil && !n.Is(tree.Null) }

// annotations finds AppArmor profiles as they were written before Kubernetes 1.30.
func annotations(pod *tree.Node) (found []Violation) {
	for _, n := range pod.At("metadata", "annotations").Kids() {
		value := n.Text()
		if strings.HasPrefix(n.Name(), "container.apparmor.security.beta.kubernetes.io/") &&
			value != "" && value != "runtime/default" && !strings.HasPrefix(value, "localhost/") {
			found = append(found, Violation{Baseline, n, "AppArmor profiles"})
		}
	}
	return found
}
