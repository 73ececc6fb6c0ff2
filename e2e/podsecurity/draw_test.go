package podsecurity

import (
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"
)

// rarely draws a value one time in twelve, so that most pods break few rules and
// every level occurs.
func rarely[T any](t *rapid.T, name string, usual T, others ...T) T {
	if rapid.IntRange(0, 11).Draw(t, "whether "+name) > 0 {
		return usual
	}
	return rapid.SampledFrom(others).Draw(t, name)
}

// draw draws a pod that, if no other value is drawn, is of the level restricted.
func draw(t *rapid.T) *corev1.Pod {
	pod := &corev1.Pod{}
	pod.Annotations = rarely(t, "annotations", nil,
		map[string]string{"container.apparmor.security.beta.kubernetes.io/c": "unconfined"},
		map[string]string{"container.apparmor.security.beta.kubernetes.io/c": "runtime/default"},
		map[string]string{"container.apparmor.security.beta.kubernetes.io/c": "localhost/x"})
	spec := &pod.Spec
	spec.HostNetwork = rarely(t, "hostNetwork", false, true)
	spec.HostPID = rarely(t, "hostPID", false, true)
	spec.HostIPC = rarely(t, "hostIPC", false, true)
	spec.HostUsers = rarely(t, "hostUsers", nil, new(true), new(false))
	spec.OS = rarely(t, "os", nil, &corev1.PodOS{Name: corev1.Linux}, &corev1.PodOS{Name: corev1.Windows})
	spec.Volumes = []corev1.Volume{{Name: "v", VolumeSource: drawVolume(t)}}
	spec.SecurityContext = drawPodSecurity(t)
	spec.Containers = []corev1.Container{drawContainer(t), drawContainer(t)}
	spec.InitContainers = rarely(t, "init containers", nil, []corev1.Container{drawContainer(t)})
	return pod
}

func drawVolume(t *rapid.T) corev1.VolumeSource {
	return rarely(t, "volume", corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
		corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{}}, corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{}},
		corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{}}, corev1.VolumeSource{Image: &corev1.ImageVolumeSource{}},
		corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{}}, corev1.VolumeSource{})
}

func drawPodSecurity(t *rapid.T) *corev1.PodSecurityContext {
	return rarely(t, "the pod's security", &corev1.PodSecurityContext{
		RunAsNonRoot:    rarely(t, "runAsNonRoot", new(true), nil, new(false)),
		RunAsUser:       rarely(t, "runAsUser", nil, new(int64(0)), new(int64(1))),
		SeccompProfile:  drawSeccomp(t, seccomp(corev1.SeccompProfileTypeRuntimeDefault)),
		AppArmorProfile: drawAppArmor(t), SELinuxOptions: drawSELinux(t), WindowsOptions: drawWindows(t),
		Sysctls: rarely(t, "sysctls", nil, []corev1.Sysctl{{Name: "kernel.msgmax"}}, []corev1.Sysctl{{Name: "net.ipv4.tcp_rmem"}}),
	}, nil)
}

func drawContainer(t *rapid.T) corev1.Container {
	handler := rarely(t, "handler", corev1.ProbeHandler{},
		corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Host: "h"}}, corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Host: "h"}},
		corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{}})
	return corev1.Container{
		Name:          "c",
		Ports:         rarely(t, "ports", nil, []corev1.ContainerPort{{ContainerPort: 1}}, []corev1.ContainerPort{{ContainerPort: 1, HostPort: 1}}),
		LivenessProbe: &corev1.Probe{ProbeHandler: handler},
		Lifecycle: rarely(t, "lifecycle", nil,
			&corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{HTTPGet: &corev1.HTTPGetAction{Host: "h"}}},
			&corev1.Lifecycle{PostStart: &corev1.LifecycleHandler{TCPSocket: &corev1.TCPSocketAction{Host: "h"}}}),
		SecurityContext: rarely(t, "a container's security", drawSecurity(t), nil),
	}
}

func drawSecurity(t *rapid.T) *corev1.SecurityContext {
	return &corev1.SecurityContext{
		Privileged:               rarely(t, "privileged", nil, new(true), new(false)),
		AllowPrivilegeEscalation: rarely(t, "escalation", new(false), nil, new(true)),
		Capabilities: rarely(t, "capabilities", &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}, nil,
			&corev1.Capabilities{Drop: []corev1.Capability{"ALL"}, Add: []corev1.Capability{"NET_BIND_SERVICE"}},
			&corev1.Capabilities{Drop: []corev1.Capability{"ALL"}, Add: []corev1.Capability{"CHOWN"}},
			&corev1.Capabilities{Drop: []corev1.Capability{"KILL"}}, &corev1.Capabilities{Add: []corev1.Capability{"SYS_ADMIN"}}),
		RunAsNonRoot:    rarely(t, "runAsNonRoot", nil, new(true), new(false)),
		RunAsUser:       rarely(t, "runAsUser", nil, new(int64(0)), new(int64(1))),
		ProcMount:       rarely(t, "procMount", nil, new(corev1.DefaultProcMount), new(corev1.UnmaskedProcMount)),
		SeccompProfile:  drawSeccomp(t, nil),
		AppArmorProfile: drawAppArmor(t), SELinuxOptions: drawSELinux(t), WindowsOptions: drawWindows(t),
	}
}

func seccomp(kind corev1.SeccompProfileType) *corev1.SeccompProfile {
	return &corev1.SeccompProfile{Type: kind}
}

func drawSeccomp(t *rapid.T, usual *corev1.SeccompProfile) *corev1.SeccompProfile {
	return rarely(t, "seccomp", usual, nil, seccomp(corev1.SeccompProfileTypeLocalhost),
		seccomp(corev1.SeccompProfileTypeUnconfined), seccomp(corev1.SeccompProfileTypeRuntimeDefault), seccomp(""))
}

func drawAppArmor(t *rapid.T) *corev1.AppArmorProfile {
	return rarely(t, "AppArmor", nil, &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeUnconfined},
		&corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeLocalhost}, &corev1.AppArmorProfile{})
}

func drawSELinux(t *rapid.T) *corev1.SELinuxOptions {
	return rarely(t, "SELinux", nil, &corev1.SELinuxOptions{Level: "x"}, &corev1.SELinuxOptions{Type: "container_t"},
		&corev1.SELinuxOptions{Type: "spc_t"}, &corev1.SELinuxOptions{User: "u"}, &corev1.SELinuxOptions{Role: "r"})
}

func drawWindows(t *rapid.T) *corev1.WindowsSecurityContextOptions {
	return rarely(t, "Windows", nil, &corev1.WindowsSecurityContextOptions{HostProcess: new(true)}, &corev1.WindowsSecurityContextOptions{HostProcess: new(false)})
}
