package podtemplate

import (
	"fmt"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

func userNamespaces(spec *tree.Node) (found []violation) {
	users := spec.Get("hostUsers")
	if !users.Is(tree.False) {
		return nil
	}
	for _, name := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if shared := spec.Get(name); shared.Bool() {
			found = append(found, violation{fmt.Sprintf("spec: %s contradicts hostUsers false", name), []*tree.Node{shared, users}})
		}
	}
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, device := range container.Get("volumeDevices").Elements() {
			found = append(found, violation{where.String() + ": a block device contradicts hostUsers false", []*tree.Node{device, users}})
		}
	})
	return found
}

func processNamespaces(spec *tree.Node) []violation {
	host, shared := spec.Get("hostPID"), spec.Get("shareProcessNamespace")
	if !host.Bool() || !shared.Bool() {
		return nil
	}
	return []violation{{"spec: hostPID contradicts shareProcessNamespace", []*tree.Node{host, shared}}}
}

func dnsWithoutServers(spec *tree.Node) []violation {
	policy := spec.Get("dnsPolicy")
	if policy.Text() != "None" || spec.At("dnsConfig", "nameservers").Len() > 0 {
		return nil
	}
	return []violation{{"spec.dnsConfig: dnsPolicy None needs nameservers", []*tree.Node{policy}}}
}

func hostnames(spec *tree.Node) []violation {
	network, override := spec.Get("hostNetwork"), spec.Get("hostnameOverride")
	if !network.Bool() || override == nil {
		return nil
	}
	return []violation{{"spec: hostnameOverride contradicts hostNetwork", []*tree.Node{network, override}}}
}

// hostSysctls: a pod in the node's network or IPC namespace may not set that namespace's kernel parameters.
func hostSysctls(spec *tree.Node) (found []violation) {
	network, ipc := spec.Get("hostNetwork"), spec.Get("hostIPC")
	for _, sysctl := range spec.At("securityContext", "sysctls").Elements() {
		name := strings.ReplaceAll(sysctl.Get("name").Text(), "/", ".")
		host := network
		switch {
		case strings.HasPrefix(name, "net."):
		case strings.HasPrefix(name, "kernel.shm"), strings.HasPrefix(name, "kernel.msg"), strings.HasPrefix(name, "fs.mqueue."), name == "kernel.sem":
			host = ipc
		default:
			continue
		}
		if host.Bool() {
			id := fmt.Sprintf("spec.securityContext.sysctls: %s contradicts %s", name, host.Name())
			found = append(found, violation{id, []*tree.Node{sysctl, host}})
		}
	}
	return found
}

// The most that a pod's dnsConfig may list, as resolv.conf has it (MaxDNSNameservers, MaxDNSSearchPaths).
const (
	mostNameservers = 3
	mostSearches    = 32
)

func longDNSLists(spec *tree.Node) (found []violation) {
	for _, list := range []struct {
		name string
		most int
	}{{"nameservers", mostNameservers}, {"searches", mostSearches}} {
		entries := spec.At("dnsConfig", list.name).Elements()
		if len(entries) > list.most {
			found = append(found, violation{fmt.Sprintf("spec.dnsConfig.%s: more than %d", list.name, list.most), entries})
		}
	}
	return found
}
