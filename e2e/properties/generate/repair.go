package generate

// Provide adds what containers refer to: volumes of mounts and devices, and claims.
func Provide(spec Object) {
	for _, list := range []string{"initContainers", "containers"} {
		containers, _ := spec[list].([]any)
		for _, element := range containers {
			c := element.(Object)
			devices, _ := c["volumeDevices"].([]any)
			for _, device := range devices {
				ensure(spec, "volumes", Object{"name": device.(Object)["name"], "persistentVolumeClaim": Object{"claimName": "c"}})
			}
			repairMounts(spec, c)
			repairClaims(spec, c)
		}
	}
}

// repair makes a drawn pod one that the server would most likely accept:
// whatever refers to something gets what it refers to.
func repair(spec Object) {
	for _, list := range []string{"initContainers", "containers"} {
		containers, _ := spec[list].([]any)
		for _, element := range containers {
			c := element.(Object)
			repairDevices(spec, c)
			repairMounts(spec, c)
			repairClaims(spec, c)
			repairProbes(c)
			if list == "initContainers" && c["restartPolicy"] == nil {
				drop(c, "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy")
			}
		}
	}
	if resources, ok := spec["resources"].(Object); ok {
		delete(resources, "claims")
	}
	if spec["dnsPolicy"] == "None" {
		spec["dnsConfig"] = Object{"nameservers": []any{"1.1.1.1"}}
	}
}

func drop(object Object, names ...string) {
	for _, name := range names {
		delete(object, name)
	}
}

func repairMounts(spec, container Object) {
	mounts, _ := container["volumeMounts"].([]any)
	for _, mount := range mounts {
		ensure(spec, "volumes", Object{"name": mount.(Object)["name"], "emptyDir": Object{}})
	}
}

// repairDevices leaves block devices only where their volume is one and is not mounted.
func repairDevices(spec, container Object) {
	devices, _ := container["volumeDevices"].([]any)
	if len(devices) == 0 {
		return
	}
	delete(container, "volumeMounts")
	for _, device := range devices {
		name := device.(Object)["name"]
		if have := named(spec, "volumes", name); have == nil || have["ephemeral"] == nil && have["persistentVolumeClaim"] == nil {
			delete(container, "volumeDevices")
		}
	}
}

func repairClaims(spec, container Object) {
	resources, _ := container["resources"].(Object)
	claims, _ := resources["claims"].([]any)
	for _, claim := range claims {
		ensure(spec, "resourceClaims", Object{"name": claim.(Object)["name"], "resourceClaimName": "x"})
	}
}

func repairProbes(container Object) {
	for _, name := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		if probe, ok := container[name].(Object); ok {
			giveAction(probe)
			if name == "readinessProbe" {
				delete(probe, "terminationGracePeriodSeconds")
			}
		}
	}
	lifecycle, _ := container["lifecycle"].(Object)
	for _, name := range []string{"postStart", "preStop"} {
		if hook, ok := lifecycle[name].(Object); ok {
			giveAction(hook)
		}
	}
}

func giveAction(handler Object) {
	for _, name := range []string{"exec", "httpGet", "tcpSocket", "grpc", "sleep"} {
		if handler[name] != nil {
			return
		}
	}
	handler["exec"] = Object{"command": []any{"true"}}
}

func ensure(spec Object, list string, element Object) {
	if named(spec, list, element["name"]) == nil {
		elements, _ := spec[list].([]any)
		spec[list] = append(elements, element)
	}
}

func named(spec Object, list string, name any) Object {
	elements, _ := spec[list].([]any)
	for _, element := range elements {
		if element.(Object)["name"] == name {
			return element.(Object)
		}
	}
	return nil
}
