package generate

import (
	"pgregory.net/rapid"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
)

// Names that pods and templates share.
const (
	appID      = "spark-1c3ceb29"
	appName    = "pi"
	scratchDir = "/var/data/spark-70584b01"
)

// pod draws a pod as Spark and its user make one, before the API server sees it.
func (d drawer) pod(role podtemplate.Role) Object {
	meta := Object{"name": "p", "labels": d.sparkLabels(role)}
	spec := Object{"restartPolicy": "Never", "containers": []any{}}
	d.object(schema.TypeNamed("PodSpec"), 5, spec)
	spark := d.spark(role, spec)
	if rapid.IntRange(0, 3).Draw(d.t, "a container first") == 3 { // a service mesh puts its own in front
		spec["containers"] = []any{d.container("c0", true), spark}
	} else {
		spec["containers"] = append([]any{spark}, d.more([]string{"c0", "c1"}, 2)...)
	}
	if inits := d.more([]string{"i0", "i1", "c1"}, 2); len(inits) > 0 && !d.has(spec, inits) {
		spec["initContainers"] = inits
	}
	if rapid.IntRange(0, 9).Draw(d.t, "as it came") < 9 {
		repair(spec)
	}
	return Object{"apiVersion": "v1", "kind": "Pod", "metadata": d.metadata(meta), "spec": spec}
}

func (d drawer) sparkLabels(role podtemplate.Role) Object {
	labels := Object{"spark-role": string(role), "spark-app-selector": appID, "spark-app-name": appName}
	if role == podtemplate.Executor {
		labels["spark-exec-id"] = "1"
	}
	return labels
}

func (d drawer) metadata(meta Object) Object {
	drawn := d.object(schema.TypeNamed("ObjectMeta"), 2, Object{})
	for key, value := range drawn {
		if have, ok := meta[key].(Object); ok {
			for k, v := range value.(Object) {
				have[k] = v
			}
			continue
		}
		meta[key] = value
	}
	return meta
}

// spark draws the Spark container, and with it its volumes.
func (d drawer) spark(role podtemplate.Role, spec Object) Object {
	name := "spark-kubernetes-" + string(role)
	c := Object{"name": name, "image": "spark:4", "args": []any{string(role)}}
	d.object(schema.TypeNamed("Container"), 5, c)
	c["args"] = []any{string(role)}
	env, _ := c["env"].([]any)
	mounts, _ := c["volumeMounts"].([]any)
	volumes, _ := spec["volumes"].([]any)
	if rapid.Bool().Draw(d.t, "scratch") {
		env = append([]any{Object{"name": "SPARK_LOCAL_DIRS", "value": scratchDir}}, env...)
		mounts = append(mounts, Object{"name": "spark-local-dir-1", "mountPath": scratchDir})
		volumes = append(volumes, Object{"name": "spark-local-dir-1", "emptyDir": Object{}})
	}
	if rapid.Bool().Draw(d.t, "conf") {
		mounts = append(mounts, Object{"name": "spark-conf-volume-driver", "mountPath": "/opt/spark/conf"})
		volumes = append(volumes, Object{"name": "spark-conf-volume-driver", "configMap": Object{"name": "conf"}})
	}
	set(c, "env", env)
	set(c, "volumeMounts", mounts)
	set(spec, "volumes", volumes)
	return c
}

func set(object Object, name string, list []any) {
	if len(list) > 0 {
		object[name] = list
	}
}

// more draws containers besides Spark's, at most that many.
func (d drawer) more(names []string, most int) []any {
	var list []any
	for _, name := range names[:rapid.IntRange(0, min(most, len(names))).Draw(d.t, "more containers")] {
		list = append(list, d.container(name, true))
	}
	return list
}

func (d drawer) container(name string, whole bool) Object {
	c := Object{"name": name}
	if whole {
		c["image"] = "busybox:1"
	}
	return d.object(schema.TypeNamed("Container"), 4, c)
}

// has tells whether one of the containers is in the pod already: names are unique.
func (d drawer) has(spec Object, containers []any) bool {
	for _, a := range containers {
		for _, b := range spec["containers"].([]any) {
			if a.(Object)["name"] == b.(Object)["name"] {
				return true
			}
		}
	}
	return false
}
