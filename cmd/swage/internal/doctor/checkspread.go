package doctor

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// spread looks whether the end of one node, or of one zone, is that of all
// replicas, though there are other places for them.
func spread(f *Facts, in *Installation) []finding {
	if in.Pods.Err != nil {
		return unknown(in.Pods.Err)
	}
	ready := in.ready()
	if len(ready) < 2 {
		return skip("%s: there is nothing to spread", count(len(ready), "replica is ready", "replicas are ready"))
	}
	nodes := map[string]bool{}
	for _, pod := range ready {
		nodes[pod.Spec.NodeName] = true
	}
	zones, outside := f.zonesOf(nodes)
	places := in.places(f.Nodes.Value)
	all := zonesOf(places)
	restart := "kubectl -n " + in.Place.Namespace + " rollout restart deployment/" + in.name()
	switch {
	case f.Nodes.Err != nil && len(nodes) == 1:
		return unknown(f.Nodes.Err)
	case len(nodes) == 1 && len(places) > 1:
		return warn(restart, "all %d replicas are on the node %s, of %d that would take them: its end is theirs", len(ready), ready[0].Spec.NodeName, len(places))
	case len(zones) == 1 && !outside && len(all) > 1:
		return warn(restart, "all %d replicas are in the zone %q, of %d that would take them: its end is theirs", len(ready), strings.Join(slices.Collect(maps.Keys(zones)), ""), len(all))
	case len(zones) == 0:
		return ok("%d replicas on %s", len(ready), count(len(nodes), "node", "nodes"))
	}
	return ok("%d replicas on %s in %s", len(ready), count(len(nodes), "node", "nodes"), count(len(zones), "zone", "zones"))
}

// zonesOf are the zones of nodes by their names, and whether one is in none.
func (f *Facts) zonesOf(names map[string]bool) (zones map[string]bool, outside bool) {
	var nodes []Node
	for i := range f.Nodes.Value {
		if n := &f.Nodes.Value[i]; names[n.Metadata.Name] {
			nodes = append(nodes, *n)
			outside = outside || n.zone() == ""
		}
	}
	return zonesOf(nodes), outside || len(nodes) < len(names)
}

// zonesOf are the zones of nodes. In a cluster without zones no node has one.
func zonesOf(nodes []Node) map[string]bool {
	zones := map[string]bool{}
	for i := range nodes {
		if zone := nodes[i].zone(); zone != "" {
			zones[zone] = true
		}
	}
	return zones
}

func (n *Node) zone() string { return n.Metadata.Labels[corev1.LabelTopologyZone] }
