package generate

// vocabulary holds, for each row of the merge table, the values that pods and
// templates draw from: JSON texts, the simplest first, because shrinking goes
// there. It is small on purpose: what is drawn twice meets, and often conflicts.
// For maps a text is one entry, for lists one element, for unions the members
// of one group (the key is Type.group). Values are such that most pods are valid.
var vocabulary = map[string][]string{
	"ObjectMeta.labels":      {`"team":"a"`, `"team":"b"`, `"tier":"x"`, `"tier":"y"`},
	"ObjectMeta.annotations": {`"note":"a"`, `"note":"b"`, `"example.com/note":"x"`, `"example.com/note":"y"`},

	"PodSpec.volumes": {
		`{"name":"v0","emptyDir":{}}`, `{"name":"v0","configMap":{"name":"c0"}}`, `{"name":"v0"}`,
		`{"name":"v1","secret":{"secretName":"s0"}}`, `{"name":"v1","secret":{"secretName":"s0","defaultMode":420}}`,
		`{"name":"v1","secret":{"secretName":"s0","defaultMode":256}}`, `{"name":"v0","emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}}`,
		`{"name":"v0","emptyDir":{"medium":"Memory","sizeLimit":"1024Mi"}}`, `{"name":"v2","hostPath":{"path":"/h"}}`,
		`{"name":"v2","hostPath":{"path":"/h","type":""}}`, `{"name":"v2","persistentVolumeClaim":{"claimName":"p0"}}`,
		`{"name":"v3","projected":{"sources":[{"configMap":{"name":"c0"}},{"serviceAccountToken":{"path":"t"}}]}}`,
		`{"name":"v3","projected":{"sources":[{"downwardAPI":{"items":[{"path":"n","fieldRef":{"fieldPath":"metadata.name"}}]}}]}}`,
		`{"name":"v4","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}}}`,
		`{"name":"v4","csi":{"driver":"d.example.com"}}`, `{"name":"v4","image":{"reference":"data:1"}}`,
		`{"name":"v5","iscsi":{"targetPortal":"1.2.3.4","iqn":"iqn.2026-01.com.example:s","lun":0}}`, `{"name":"v5","nfs":{"server":"n","path":"/"}}`,
	},
	"PodSpec.nodeSelector": {`"zone":"a"`, `"zone":"b"`, `"disk":"ssd"`},
	"PodSpec.tolerations": {
		`{"key":"k0","operator":"Exists"}`, `{"key":"k0","value":"a"}`, `{"key":"k0","operator":"Equal","value":"a"}`, `{"key":"k0","operator":"Exists","effect":"NoSchedule"}`,
		`{"key":"k0","operator":"Exists","effect":"NoExecute","tolerationSeconds":60}`, `{"key":"k0","operator":"Exists","effect":"NoExecute"}`,
		`{"operator":"Exists"}`, `{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute"}`,
		`{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":60}`,
		`{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}`,
	},
	"PodSpec.imagePullSecrets": {`{"name":"r0"}`, `{"name":"r1"}`, `{"name":"of-spark"}`},
	"PodSpec.schedulingGates":  {`{"name":"example.com/a"}`, `{"name":"example.com/b"}`},
	"PodSpec.resourceClaims":   {`{"name":"rc0","resourceClaimName":"x"}`, `{"name":"rc0","resourceClaimName":"y"}`, `{"name":"rc1","resourceClaimTemplateName":"x"}`},
	"PodSpec.hostAliases":      {`{"ip":"1.2.3.4","hostnames":["a"]}`, `{"ip":"1.2.3.4","hostnames":["b"]}`, `{"ip":"1.2.3.5","hostnames":["a"]}`},
	"PodSpec.readinessGates":   {`{"conditionType":"example.com/a"}`, `{"conditionType":"example.com/b"}`},
	"PodSpec.topologySpreadConstraints": {
		`{"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","maxSkew":1}`, `{"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","maxSkew":2}`,
		`{"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","maxSkew":1}`,
		`{"topologyKey":"disk","whenUnsatisfiable":"ScheduleAnyway","maxSkew":1,"labelSelector":{"matchLabels":{"team":"a"}}}`,
	},
	"PodSpec.serviceAccountName":            {`"default"`, `"spark"`},
	"PodSpec.automountServiceAccountToken":  {`false`, `true`},
	"PodSpec.priorityClassName":             {`"low"`, `"high"`},
	"PodSpec.preemptionPolicy":              {`"PreemptLowerPriority"`, `"Never"`},
	"PodSpec.runtimeClassName":              {`"plain"`, `"kata"`},
	"PodSpec.terminationGracePeriodSeconds": {`30`, `0`, `60`},
	"PodSpec.activeDeadlineSeconds":         {`3600`, `60`},
	"PodSpec.dnsPolicy":                     {`"ClusterFirst"`, `"Default"`, `"ClusterFirstWithHostNet"`, `"None"`},
	"PodSpec.schedulerName":                 {`"default-scheduler"`, `"volcano"`},
	"PodSpec.enableServiceLinks":            {`true`, `false`},
	"PodSpec.hostNetwork":                   {`false`, `true`},
	"PodSpec.hostPID":                       {`false`, `true`},
	"PodSpec.hostIPC":                       {`false`, `true`},
	"PodSpec.hostUsers":                     {`true`, `false`},
	"PodSpec.shareProcessNamespace":         {`false`, `true`},
	"PodSpec.hostname":                      {`"h0"`, `"h1"`},
	"PodSpec.subdomain":                     {`"d0"`, `"d1"`},
	"PodSpec.os":                            {`{"name":"linux"}`},
	"PodSpec.schedulingGroup":               {`{"podGroupName":"g0"}`, `{"podGroupName":"g1"}`},
	"PodSpec.hostname source":               {`"setHostnameAsFQDN":false`, `"setHostnameAsFQDN":true`, `"hostnameOverride":"o0"`},

	"NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution": {
		`{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]}]}`,
		`{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["b","a"]}]}]}`,
		`{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"NotIn","values":["a"]}]},{"matchExpressions":[{"key":"disk","operator":"Exists"}]}]}`,
		`{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n0"]}]}]}`,
		`{"nodeSelectorTerms":[{"matchExpressions":[{"key":"cpus","operator":"Gt","values":["4"]}],"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n1"]}]}]}`,
		`{"nodeSelectorTerms":[{},{"matchExpressions":[{"key":"disk","operator":"DoesNotExist"}]}]}`, `{"nodeSelectorTerms":[{}]}`,
	},
	"NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution": {
		`{"weight":1,"preference":{"matchExpressions":[{"key":"zone","operator":"In","values":["a"]}]}}`,
		`{"weight":2,"preference":{"matchExpressions":[{"key":"zone","operator":"In","values":["a"]}]}}`,
	},
	"PodAffinity.requiredDuringSchedulingIgnoredDuringExecution":      podTerms,
	"PodAffinity.preferredDuringSchedulingIgnoredDuringExecution":     weightedPodTerms,
	"PodAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution":  podTerms,
	"PodAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution": weightedPodTerms,

	"PodDNSConfig.nameservers": {`"1.1.1.1"`, `"8.8.8.8"`, `"9.9.9.9"`, `"1.0.0.1"`},
	"PodDNSConfig.searches":    {`"a.example.com"`, `"b.example.com"`},
	"PodDNSConfig.options":     {`{"name":"ndots","value":"5"}`, `{"name":"ndots","value":"2"}`, `{"name":"edns0"}`},
}

var podTerms = []string{
	`{"topologyKey":"zone","labelSelector":{"matchLabels":{"team":"a"}}}`, `{"topologyKey":"zone","labelSelector":{"matchLabels":{"team":"b"}}}`,
	`{"topologyKey":"disk","labelSelector":{"matchExpressions":[{"key":"team","operator":"Exists"}]},"namespaces":["x"]}`,
}

var weightedPodTerms = []string{
	`{"weight":1,"podAffinityTerm":{"topologyKey":"zone","labelSelector":{"matchLabels":{"team":"a"}}}}`,
	`{"weight":5,"podAffinityTerm":{"topologyKey":"zone","labelSelector":{"matchLabels":{"team":"a"}}}}`,
}
