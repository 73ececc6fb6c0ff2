package podtemplate

import (
	"fmt"
	"path"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

func mountsWithoutVolume(spec *tree.Node) (found []violation) {
	volumes := volumesByName(spec)
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, list := range mountLists {
			for _, mount := range container.Get(list).Elements() {
				if name := mount.Get("name").Text(); volumes[name] == nil {
					found = append(found, violation{fmt.Sprintf("%s.%s: there is no volume %q", where, list, name), []*tree.Node{mount}})
				}
			}
		}
	})
	return found
}

// devicesOfFiles: only a claim can be a block device.
func devicesOfFiles(spec *tree.Node) (found []violation) {
	volumes := volumesByName(spec)
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, device := range container.Get("volumeDevices").Elements() {
			volume := volumes[device.Get("name").Text()]
			if volume != nil && volume.Get("persistentVolumeClaim") == nil && volume.Get("ephemeral") == nil {
				id := fmt.Sprintf("%s.volumeDevices: volume %q is no claim, and so no device", where, device.Get("name").Text())
				found = append(found, violation{id, []*tree.Node{device, volume}})
			}
		}
	})
	return found
}

func sharedPaths(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, device := range container.Get("volumeDevices").Elements() {
			for _, mount := range container.Get("volumeMounts").Elements() {
				if cleanText(device.Get("devicePath")) == cleanText(mount.Get("mountPath")) || device.Get("name").Text() == mount.Get("name").Text() {
					found = append(found, violation{where.String() + ": a volume or path is both mounted and a device", []*tree.Node{device, mount}})
				}
			}
		}
	})
	return found
}

func cleanText(n *tree.Node) string { return path.Clean(n.Text()) }

func claimsWithoutClaim(spec *tree.Node) (found []violation) {
	names := map[string]bool{}
	for _, claim := range spec.Get("resourceClaims").Elements() {
		names[claim.Get("name").Text()] = true
	}
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, claim := range container.At("resources", "claims").Elements() {
			if name := claim.Get("name").Text(); !names[name] {
				found = append(found, violation{fmt.Sprintf("%s.resources.claims: there is no resource claim %q", where, name), []*tree.Node{claim}})
			}
		}
	})
	return found
}

func hostPorts(spec *tree.Node) (found []violation) {
	network := spec.Get("hostNetwork")
	if !network.Bool() {
		return nil
	}
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, port := range container.Get("ports").Elements() {
			host := port.Get("hostPort")
			if value, ok := host.Int(); ok && value != 0 && !tree.Equal(host, port.Get("containerPort")) {
				found = append(found, violation{where.String() + ".ports: under hostNetwork hostPort must equal containerPort", []*tree.Node{host, network}})
			}
		}
	})
	return found
}

// takenHostPorts: regular containers run together, so each host port is one's; init containers run by themselves.
func takenHostPorts(spec *tree.Node) []violation {
	network := spec.Get("hostNetwork").Bool()
	found := twoOnHostPort("spec.containers", spec.Get(containers).Elements(), network)
	for _, container := range spec.Get(inits).Elements() {
		where := containerPath{inits, container}
		found = append(found, twoOnHostPort(where.String(), []*tree.Node{container}, network)...)
	}
	return found
}

func twoOnHostPort(where string, list []*tree.Node, network bool) (found []violation) {
	taken := map[string]*tree.Node{}
	for _, container := range list {
		for _, port := range container.Get("ports").Elements() {
			host := port.Get("hostPort")
			if number, _ := host.Int(); number == 0 && network {
				host = port.Get("containerPort") // as the API server derives it
			}
			number, _ := host.Int()
			if number == 0 {
				continue
			}
			protocol := port.Get("protocol").Text()
			if protocol == "" {
				protocol = "TCP"
			}
			key := strings.TrimSpace(fmt.Sprintf("%d %s %s", number, protocol, port.Get("hostIP").Text()))
			if first := taken[key]; first != nil {
				found = append(found, violation{fmt.Sprintf("%s: two ports want host port %s", where, key), []*tree.Node{host, first}})
			}
			taken[key] = host
		}
	}
	return found
}

// unmaskedProc: the whole of /proc is shown only to containers whose root is not the node's.
func unmaskedProc(spec *tree.Node) (found []violation) {
	users := spec.Get("hostUsers")
	if users.Is(tree.False) {
		return nil
	}
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		if mount := container.At("securityContext", "procMount"); mount.Text() == "Unmasked" {
			found = append(found, violation{where.String() + ".securityContext: procMount Unmasked needs hostUsers false", []*tree.Node{mount, users}})
		}
	})
	return found
}

// filesOutsideEmptyDir: env values are read from files of emptyDir volumes only.
func filesOutsideEmptyDir(spec *tree.Node) (found []violation) {
	volumes := volumesByName(spec)
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, env := range container.Get("env").Elements() {
			file := env.At("valueFrom", "fileKeyRef")
			if file == nil {
				continue
			}
			volume := volumes[file.Get("volumeName").Text()]
			if volume == nil || hasOtherSource(volume, "emptyDir") {
				id := fmt.Sprintf("%s.env[%s]: it reads a file of a volume that is no emptyDir", where, env.Get("name").Text())
				found = append(found, violation{id, []*tree.Node{env, volume}})
			}
		}
	})
	return found
}

func volumesByName(spec *tree.Node) map[string]*tree.Node {
	volumes := map[string]*tree.Node{}
	for _, volume := range spec.Get("volumes").Elements() {
		volumes[volume.Get("name").Text()] = volume
	}
	return volumes
}

// hasOtherSource tells whether a volume has a source, and another one than that; without any it is an emptyDir.
func hasOtherSource(volume *tree.Node, source string) bool {
	for _, member := range volume.Kids() {
		if name := member.Name(); name != "name" && name != source && !member.Is(tree.Null) {
			return true
		}
	}
	return false
}
