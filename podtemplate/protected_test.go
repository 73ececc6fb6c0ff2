package podtemplate

import "testing"

// protectedRows: what Spark needs stays, whatever a template says, enforced ones included.
var protectedRows = []shaping{
	{
		rule: "R13 identity and ownership are the creator's", pod: `metadata: {generateName: g-, finalizers: [f]}`,
		by: []tmpl{enforced(`{metadata: {name: other, generateName: o-, namespace: other, ownerReferences: [{apiVersion: v1, kind: Pod, name: x, uid: u}], finalizers: [x]}, spec: {}}`)},
		changes: []string{
			"none /metadata/name protected", "none /metadata/generateName protected", "none /metadata/namespace protected",
			"none /metadata/ownerReferences protected", "none /metadata/finalizers protected",
		},
	},
	{rule: "R13 restartPolicy", pod: `restartPolicy: Never`, by: []tmpl{enforced(`restartPolicy: Always`)}, changes: []string{"none /spec/restartPolicy protected"}},
	{
		rule: "R13 every label that a driver has at admission", role: Driver, pod: `metadata: {labels: {team: risk}}`,
		by:      []tmpl{enforced(`{metadata: {labels: {team: ads, tier: a}}}`)},
		want:    `metadata: {labels: {team: risk, tier: a}}`,
		changes: []string{"none /metadata/labels/team protected", "add /metadata/labels/tier ObjectMeta.labels"},
	},
	{
		rule: "R13 an executor's own labels are not", pod: `metadata: {labels: {team: risk}}`, by: []tmpl{enforced(`{metadata: {labels: {team: ads}}}`)}, want: `metadata: {labels: {team: ads}}`,
		changes: []string{"replace /metadata/labels/team ObjectMeta.labels replaced"},
	},
	{
		rule: "R13 Spark's labels on an executor, also those that it lacks", pod: `metadata: {labels: {spark-app-selector: s}}`,
		by: []tmpl{enforced(`{metadata: {labels: {spark-app-selector: x, spark-role: driver, spark-app-name: x, spark-exec-id: "9", spark-exec-resourceprofile-id: "9", spark-version: x}}}`)},
		changes: []string{
			"none /metadata/labels/spark-app-name protected", "none /metadata/labels/spark-app-selector protected", "none /metadata/labels/spark-exec-id protected",
			"none /metadata/labels/spark-exec-resourceprofile-id protected", "none /metadata/labels/spark-role protected", "none /metadata/labels/spark-version protected",
		},
	},
	{rule: "R13 Spark's labels on a driver", role: Driver, pod: `{}`, by: []tmpl{replace(`{metadata: {labels: {spark-app-selector: x}}}`)}, changes: []string{"none /metadata/labels/spark-app-selector protected"}},
	{
		rule: "R13 the Spark container's command and args, also where it has none", pod: `spark: {command: [/opt/entrypoint.sh]}`,
		by: []tmpl{enforced(`spark: {command: [sh], args: [-c, "true"]}`)}, changes: []string{"none /spec/containers/0/command protected", "none /spec/containers/0/args protected"},
	},
	{rule: "R13 the Spark container's name: spark is an alias", role: Driver, pod: `{}`, by: []tmpl{enforced(`spark: {workingDir: /w}`)}, want: `spark: {workingDir: /w}`},
	{
		rule: "R13 other containers' command and args are theirs", pod: `containers: [{name: spark-kubernetes-executor}, {name: s, args: [a]}]`,
		by: []tmpl{enforced(`containers: [{name: s, args: [b]}]`)}, want: `containers: [{name: spark-kubernetes-executor}, {name: s, args: [b]}]`,
	},
	{
		rule: "R13 Spark's env, driver", role: Driver, pod: `spark: {env: [{name: SPARK_CONF_DIR, value: /c}, {name: _SPARK_AUTH_SECRET, value: x}, {name: HADOOP_TOKEN_FILE_LOCATION, value: /t}]}`,
		by: []tmpl{enforced(`spark: {env: [{name: SPARK_CONF_DIR, value: x}, {name: _SPARK_AUTH_SECRET, value: z}, {name: HADOOP_TOKEN_FILE_LOCATION, value: x}]}`)},
		changes: []string{
			"none /spec/containers/0/env/0 protected", "none /spec/containers/0/env/1 protected", "none /spec/containers/0/env/2 protected",
		},
	},
	{
		rule: "R13 Spark's env, executor; one that the pod lacks is added", pod: `spark: {env: [{name: SPARK_EXECUTOR_CORES, value: "1"}]}`,
		by:   []tmpl{replace(`spark: {env: [{name: SPARK_EXECUTOR_CORES, value: "9"}, {name: SPARK_DAEMON_MEMORY, value: 1g}]}`)},
		want: `spark: {env: [{name: SPARK_EXECUTOR_CORES, value: "1"}, {name: SPARK_DAEMON_MEMORY, value: 1g}]}`,
	},
	{
		rule: "R13 env of that name in other containers is theirs", pod: `containers: [{name: spark-kubernetes-executor}, {name: s, env: [{name: SPARK_X, value: a}]}]`,
		by: []tmpl{replace(`containers: [{name: s, env: [{name: SPARK_X, value: b}]}]`)}, want: `containers: [{name: spark-kubernetes-executor}, {name: s, env: [{name: SPARK_X, value: b}]}]`,
	},
	{
		rule: "R13 the driver's three ports: their Service leads to them", role: Driver,
		pod: `spark: {ports: [{containerPort: 7078, name: driver-rpc-port}, {containerPort: 7079, name: blockmanager}, {containerPort: 4040, name: spark-ui}]}`,
		by:  []tmpl{enforced(`spark: {ports: [{containerPort: 7078, name: rpc}, {containerPort: 7079, hostPort: 9}, {containerPort: 9999, name: spark-ui}]}`)},
		changes: []string{
			"none /spec/containers/0/ports/0 protected", "none /spec/containers/0/ports/1 protected", "none /spec/containers/0/ports/2 protected",
		},
	},
	{
		rule: "R13 other ports of a driver are added", role: Driver, pod: `spark: {ports: [{containerPort: 4040, name: spark-ui}]}`,
		by: []tmpl{keep(`spark: {ports: [{containerPort: 8090, name: metrics}]}`)}, want: `spark: {ports: [{containerPort: 4040, name: spark-ui}, {containerPort: 8090, name: metrics}]}`,
	},
	{
		rule: "R13 an executor's ports lead nowhere: they are like others", pod: `spark: {ports: [{containerPort: 7079, name: blockmanager}]}`,
		by: []tmpl{replace(`spark: {ports: [{containerPort: 7079, name: bm}]}`)}, want: `spark: {ports: [{containerPort: 7079, name: bm}]}`,
	},
	{
		rule: "R13 the hook that decommissions an executor", pod: `spark: {lifecycle: {preStop: {exec: {command: [/opt/decom.sh]}}}}`,
		by: []tmpl{enforced(`spark: {lifecycle: {preStop: {sleep: {seconds: 5}}}}`)}, changes: []string{"none /spec/containers/0/lifecycle/preStop/exec protected"},
	},
	{
		rule: "R13 another preStop hook is replaced as any other value", pod: `spark: {lifecycle: {preStop: {exec: {command: [/bye]}}}}`,
		by: []tmpl{replace(`spark: {lifecycle: {preStop: {sleep: {seconds: 5}}}}`)}, want: `spark: {lifecycle: {preStop: {sleep: {seconds: 5}}}}`,
	},
	{rule: "R13 a preStop hook that the pod lacks is added", pod: `{}`, by: []tmpl{keep(`spark: {lifecycle: {preStop: {sleep: {seconds: 5}}}}`)}, want: `spark: {lifecycle: {preStop: {sleep: {seconds: 5}}}}`},
}

// volumeRows: each of Spark's volumes and its mount, on the driver and the executor, against enforced.
func volumeRows() []shaping {
	var rows []shaping
	for _, role := range []Role{Driver, Executor} {
		for _, name := range append([]string{"spark-conf-volume-driver", "spark-conf-volume-exec"}, sparkVolumes...) {
			rows = append(rows, shaping{
				rule: "R13 volume and mount " + name + " on a " + string(role), role: role,
				pod:  `{volumes: [{name: ` + name + `, configMap: {name: c}}], spark: {volumeMounts: [{name: ` + name + `, mountPath: /m}]}}`,
				by:   []tmpl{enforced(`{volumes: [{name: ` + name + `, emptyDir: {}}]}`), enforced(`{volumes: [{name: mine, emptyDir: {}}], spark: {volumeMounts: [{name: mine, mountPath: /m}]}}`)},
				want: `{volumes: [{name: ` + name + `, configMap: {name: c}}, {name: mine, emptyDir: {}}], spark: {volumeMounts: [{name: ` + name + `, mountPath: /m}]}}`,
				changes: []string{
					"none /spec/volumes/0 protected", "add /spec/volumes/1 PodSpec.volumes", "none /spec/containers/0/volumeMounts/0 protected",
				},
			}, shaping{
				rule: "R13 volume and mount " + name + " that a " + string(role) + " lacks are added", role: role, pod: `{}`,
				by:   []tmpl{keep(`{volumes: [{name: ` + name + `, emptyDir: {}}], spark: {volumeMounts: [{name: ` + name + `, mountPath: /m}]}}`)},
				want: `{volumes: [{name: ` + name + `, emptyDir: {}}], spark: {volumeMounts: [{name: ` + name + `, mountPath: /m}]}}`,
			})
		}
	}
	return rows
}

func TestProtectedR13(t *testing.T) {
	run(t, protectedRows)
	run(t, volumeRows())
}

// sparkScratch is what Spark makes when nobody asks for scratch space.
const sparkScratch = `{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}], volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}]}}`

var scratchRows = []shaping{
	{
		rule: "R14 same name: the source is replaced in place, Spark's mount stays", pod: sparkScratch,
		by:      []tmpl{keep(`volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}]`)},
		want:    `{volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}], volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}]}}`,
		changes: []string{"replace /spec/volumes/0 PodSpec.volumes"},
	},
	{
		rule: "R14 same name with a mount: the mount takes the place of Spark's, and SPARK_LOCAL_DIRS follows", pod: sparkScratch,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-1, hostPath: {path: /nvme}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /scratch}]}}`)},
		want: `{volumes: [{name: spark-local-dir-1, hostPath: {path: /nvme}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /scratch}], volumeMounts: [{name: spark-local-dir-1, mountPath: /scratch}]}}`,
		changes: []string{
			"replace /spec/containers/0/volumeMounts/0 scratch", "replace /spec/volumes/0 PodSpec.volumes", "replace /spec/containers/0/env/0/value scratch",
		},
	},
	{
		rule: "R14 another name: Spark's volume, mount and path go", role: Driver, pod: sparkScratch,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-a, hostPath: {path: /a}}, {name: spark-local-dir-b, hostPath: {path: /b}}], spark: {volumeMounts: [{name: spark-local-dir-a, mountPath: /a}, {name: spark-local-dir-b, mountPath: /b}]}}`)},
		want: `{volumes: [{name: spark-local-dir-a, hostPath: {path: /a}}, {name: spark-local-dir-b, hostPath: {path: /b}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: "/a,/b"}], volumeMounts: [{name: spark-local-dir-a, mountPath: /a}, {name: spark-local-dir-b, mountPath: /b}]}}`,
		changes: []string{
			"remove /spec/containers/0/volumeMounts/0 scratch", "remove /spec/volumes/0 scratch",
			"add /spec/volumes/0 PodSpec.volumes", "add /spec/volumes/1 PodSpec.volumes",
			"add /spec/containers/0/volumeMounts/0 Container.volumeMounts", "add /spec/containers/0/volumeMounts/1 Container.volumeMounts",
			"replace /spec/containers/0/env/0/value scratch",
		},
	},
	{
		rule: "R14 another name that nothing mounts: Spark keeps what it has", pod: sparkScratch,
		by:   []tmpl{keep(`volumes: [{name: spark-local-dir-a, hostPath: {path: /a}}]`)},
		want: `{volumes: [{name: spark-local-dir-1, emptyDir: {}}, {name: spark-local-dir-a, hostPath: {path: /a}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}], volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}]}}`,
	},
	{
		rule: "R14 a second mount of the same name comes behind", pod: sparkScratch,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /tmp/b, subPath: b}, {name: spark-local-dir-1, mountPath: /var/data/spark-a, subPath: a}]}}`)},
		want: `{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: "/tmp/b,/var/data/spark-a"}], volumeMounts: [{name: spark-local-dir-1, mountPath: /tmp/b, subPath: b}, {name: spark-local-dir-1, mountPath: /var/data/spark-a, subPath: a}]}}`,
	},
	{
		rule: "R14 a template that states just what Spark makes changes nothing", pod: sparkScratch,
		by:      []tmpl{replace(`{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}]}}`)},
		changes: []string{},
	},
	{
		rule: "R14 scratch space that the user's conf asked for is protected, mount and path, also against enforced",
		pod:  `{volumes: [{name: spark-local-dir-1, persistentVolumeClaim: {claimName: c}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /data}], volumeMounts: [{name: spark-local-dir-1, mountPath: /data}]}}`,
		by:   []tmpl{enforced(`{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /data, readOnly: true}, {name: spark-local-dir-1, mountPath: /more}]}}`)},
		changes: []string{
			"none /spec/volumes/0 protected", "none /spec/containers/0/volumeMounts/0 mount kept", "none /spec/containers/0/volumeMounts/- mount kept",
		},
	},
	{
		rule:    "R14 spark.local.dir is the user's conf too: a plain emptyDir, but not below /var/data",
		pod:     `{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /data}], volumeMounts: [{name: spark-local-dir-1, mountPath: /data}]}}`,
		by:      []tmpl{replace(`volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}]`)},
		changes: []string{"none /spec/volumes/0 protected"},
	},
	{
		rule:    "R14 tmpfs scratch was asked for",
		pod:     `{volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}], volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}]}}`,
		by:      []tmpl{replace(`volumes: [{name: spark-local-dir-1, emptyDir: {}}]`)},
		changes: []string{"none /spec/volumes/0 protected"},
	},
	{
		rule: "R14 a template adds scratch space beside the user's",
		pod:  `{volumes: [{name: spark-local-dir-1, hostPath: {path: /d}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /data}], volumeMounts: [{name: spark-local-dir-1, mountPath: /data}]}}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-2, emptyDir: {}}], spark: {volumeMounts: [{name: spark-local-dir-2, mountPath: /more}]}}`)},
		want: `{volumes: [{name: spark-local-dir-1, hostPath: {path: /d}}, {name: spark-local-dir-2, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: "/data,/more"}], volumeMounts: [{name: spark-local-dir-1, mountPath: /data}, {name: spark-local-dir-2, mountPath: /more}]}}`,
	},
	{
		rule: "R14 SPARK_LOCAL_DIRS is nobody's to state", pod: sparkScratch, by: []tmpl{enforced(`spark: {env: [{name: SPARK_LOCAL_DIRS, value: /x}]}`)},
		changes: []string{"none /spec/containers/0/env/0 protected"},
	},
	{rule: "R14 nor to add", pod: `{}`, by: []tmpl{enforced(`spark: {env: [{name: SPARK_LOCAL_DIRS, value: /x}]}`)}, changes: []string{"none /spec/containers/0/env/- protected"}},
	{
		rule: "R14 a pod without it gets it from the scratch space that a template brings", pod: `{}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-a, hostPath: {path: /a}}], spark: {volumeMounts: [{name: spark-local-dir-a, mountPath: /a}]}}`)},
		want: `{volumes: [{name: spark-local-dir-a, hostPath: {path: /a}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /a}], volumeMounts: [{name: spark-local-dir-a, mountPath: /a}]}}`,
	},
	{
		rule: "R14 a volume that another container mounts, too, stays; Spark's mount goes",
		pod:  `{volumes: [{name: spark-local-dir-1, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}], volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}]}, containers: [{name: s, volumeMounts: [{name: spark-local-dir-1, mountPath: /s}]}]}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-a, hostPath: {path: /a}}], spark: {volumeMounts: [{name: spark-local-dir-a, mountPath: /a}]}}`)},
		want: `{volumes: [{name: spark-local-dir-1, emptyDir: {}}, {name: spark-local-dir-a, hostPath: {path: /a}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /a}], volumeMounts: [{name: spark-local-dir-a, mountPath: /a}]}, containers: [{name: s, volumeMounts: [{name: spark-local-dir-1, mountPath: /s}]}]}`,
	},
	{
		rule: "R14 a mount at a path that is taken does not take Spark's mount",
		pod:  `{volumes: [{name: spark-local-dir-1, emptyDir: {}}, {name: v, emptyDir: {}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}, {name: v, mountPath: /d}]}}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-1, hostPath: {path: /a}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /d}]}}`)},
		want: `{volumes: [{name: spark-local-dir-1, hostPath: {path: /a}}, {name: v, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}], volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}, {name: v, mountPath: /d}]}}`,
	},
}

func TestScratchSpaceR14(t *testing.T) { run(t, scratchRows) }
