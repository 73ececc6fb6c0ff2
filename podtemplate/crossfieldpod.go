package podtemplate

import (
	"fmt"

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
