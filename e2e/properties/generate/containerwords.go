package generate

// containerVocabulary continues vocabulary for containers and security contexts.
var containerVocabulary = map[string][]string{
	"Container.imagePullPolicy": {`"IfNotPresent"`, `"Always"`, `"Never"`},
	"Container.image":           {`"spark:4"`, `"spark:3"`, `"spark"`, `"reg.example.com:5000/spark@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`, `"spark:latest"`},
	"Container.command":         {`["sh"]`, `["bash","-c"]`},
	"Container.args":            {`["a"]`, `["a","b"]`},
	"Container.workingDir":      {`"/w0"`, `"/w1"`},
	"Container.env": {
		`{"name":"E0","value":"a"}`, `{"name":"E0","value":"b"}`, `{"name":"E0"}`, `{"name":"E0","value":""}`, `{"name":"E1","value":"$(E0)"}`,
		`{"name":"E1","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}`, `{"name":"E1","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}`,
		`{"name":"E2","valueFrom":{"secretKeyRef":{"name":"s0","key":"k"}}}`, `{"name":"E2","valueFrom":{"fileKeyRef":{"volumeName":"v0","path":"f","key":"k"}}}`, `{"name":"SPARK_USER","value":"me"}`, `{"name":"SPARK_LOCAL_DIRS","value":"/x"}`,
	},
	"Container.envFrom": {
		`{"configMapRef":{"name":"c0"}}`, `{"configMapRef":{"name":"c1"}}`, `{"prefix":"P_","secretRef":{"name":"s0"}}`, `{"secretRef":{"name":"s0","optional":false}}`,
	},
	"Container.volumeMounts": {
		`{"name":"v0","mountPath":"/m0"}`, `{"name":"v0","mountPath":"/m0/"}`, `{"name":"v0","mountPath":"/m0","readOnly":true}`, `{"name":"v1","mountPath":"/m0"}`,
		`{"name":"v1","mountPath":"/m1","subPath":"s"}`, `{"name":"v2","mountPath":"/m2"}`, `{"name":"v3","mountPath":"/m3"}`, `{"name":"v2","mountPath":"/m3"}`,
	},
	"Container.volumeDevices": {`{"name":"v2","devicePath":"/d0"}`, `{"name":"v4","devicePath":"/d0"}`},
	"Container.resizePolicy":  {`{"resourceName":"cpu","restartPolicy":"NotRequired"}`, `{"resourceName":"cpu","restartPolicy":"RestartContainer"}`, `{"resourceName":"memory","restartPolicy":"NotRequired"}`},

	"Container.terminationMessagePath":   {`"/dev/termination-log"`, `"/t0"`},
	"Container.terminationMessagePolicy": {`"File"`, `"FallbackToLogsOnError"`},
	"Container.stdin":                    {`false`, `true`},
	"Container.stdinOnce":                {`false`, `true`},
	"Container.tty":                      {`false`, `true`},
	"Container.restart policy":           {`"restartPolicy":"Always"`},

	"ContainerPort.name":     {`"p0"`, `"p1"`},
	"ContainerPort.hostPort": {`8080`, `9090`},
	"ContainerPort.hostIP":   {`"127.0.0.1"`, `"10.0.0.1"`},

	"ResourceRequirements.requests": {`"cpu":"100m"`, `"cpu":"0.1"`, `"cpu":"1"`, `"cpu":"1000m"`, `"memory":"1Gi"`, `"memory":"1024Mi"`, `"memory":"512Mi"`},
	"ResourceRequirements.limits":   {`"cpu":"1"`, `"cpu":"2"`, `"memory":"1Gi"`, `"memory":"2Gi"`, `"memory":"2048Mi"`, `"example.com/gpu":"1"`},
	"ResourceRequirements.claims":   {`{"name":"rc0"}`, `{"name":"rc1","request":"r"}`, `{"name":"rc1"}`},

	"Probe.probe action": {
		`"exec":{"command":["true"]}`, `"httpGet":{"port":4040}`, `"httpGet":{"port":4040,"path":"/","scheme":"HTTP"}`, `"httpGet":{"port":"p0"}`,
		`"tcpSocket":{"port":4040}`, `"grpc":{"port":4040}`, `"grpc":{"port":4040,"service":""}`,
	},
	"Probe.initialDelaySeconds":           {`0`, `5`},
	"Probe.timeoutSeconds":                {`1`, `2`},
	"Probe.periodSeconds":                 {`10`, `20`},
	"Probe.successThreshold":              {`1`},
	"Probe.failureThreshold":              {`3`, `5`},
	"Probe.terminationGracePeriodSeconds": {`10`, `20`},
	"LifecycleHandler.lifecycle action":   {`"exec":{"command":["true"]}`, `"exec":{"command":["/opt/decom.sh"]}`, `"sleep":{"seconds":5}`, `"httpGet":{"port":4040}`},
	"Lifecycle.stopSignal":                {`"SIGTERM"`, `"SIGINT"`},

	"PodSecurityContext.runAsUser":                {`185`, `0`, `1000`},
	"PodSecurityContext.runAsGroup":               {`185`, `1000`},
	"PodSecurityContext.runAsNonRoot":             {`false`, `true`},
	"PodSecurityContext.fsGroup":                  {`185`, `1000`},
	"PodSecurityContext.fsGroupChangePolicy":      {`"Always"`, `"OnRootMismatch"`},
	"PodSecurityContext.supplementalGroupsPolicy": {`"Merge"`, `"Strict"`},
	"PodSecurityContext.seLinuxChangePolicy":      {`"MountOption"`, `"Recursive"`},
	"PodSecurityContext.seccompProfile":           {`{"type":"RuntimeDefault"}`, `{"type":"Unconfined"}`, `{"type":"Localhost","localhostProfile":"p"}`},
	"PodSecurityContext.appArmorProfile":          {`{"type":"RuntimeDefault"}`, `{"type":"Unconfined"}`},
	"PodSecurityContext.supplementalGroups":       {`1`, `2`, `3`},
	"PodSecurityContext.sysctls":                  {`{"name":"kernel.shm_rmid_forced","value":"1"}`, `{"name":"kernel.shm_rmid_forced","value":"0"}`, `{"name":"net.ipv4.tcp_syncookies","value":"1"}`},

	"SecurityContext.privileged":               {`false`, `true`},
	"SecurityContext.runAsUser":                {`185`, `0`, `1000`},
	"SecurityContext.runAsGroup":               {`185`, `1000`},
	"SecurityContext.runAsNonRoot":             {`false`, `true`},
	"SecurityContext.readOnlyRootFilesystem":   {`false`, `true`},
	"SecurityContext.allowPrivilegeEscalation": {`true`, `false`},
	"SecurityContext.procMount":                {`"Default"`, `"Unmasked"`},
	"SecurityContext.seccompProfile":           {`{"type":"RuntimeDefault"}`, `{"type":"Unconfined"}`},
	"SecurityContext.appArmorProfile":          {`{"type":"RuntimeDefault"}`, `{"type":"Unconfined"}`},
	"Capabilities.add":                         {`"CHOWN"`, `"CAP_SYS_ADMIN"`, `"NET_ADMIN"`},
	"Capabilities.drop":                        {`"ALL"`, `"CHOWN"`},
	"SELinuxOptions.user":                      {`"u0"`, `"u1"`},
	"SELinuxOptions.role":                      {`"r0"`, `"r1"`},
	"SELinuxOptions.type":                      {`"t0"`, `"t1"`},
	"SELinuxOptions.level":                     {`"l0"`, `"l1"`},
}

// templateVocabulary is what only templates say: placeholders, and what Spark protects.
var templateVocabulary = map[string][]string{
	"ObjectMeta.labels":      {`"app":"{{APP_NAME}}"`, `"spark-app-name":"x"`, `"spark-exec-x":"y"`},
	"ObjectMeta.annotations": {`"who":"{{ROLE}} of {{APP_ID}} in {{NAMESPACE}}"`, `"braces":"{{{{x}}"`},
	"Container.env":          {`{"name":"E3","value":"{{APP_ID}}"}`, `{"name":"E-{{ROLE}}","value":"x"}`, `{"name":"SPARK_EXTRA","value":"x"}`},
	"PodSpec.volumes": {
		`{"name":"v-{{ROLE}}","configMap":{"name":"{{APP_ID}}"}}`,
		`{"name":"spark-local-dir-1","emptyDir":{"medium":"Memory"}}`, `{"name":"spark-local-dir-1","hostPath":{"path":"/ssd"}}`,
		`{"name":"spark-local-dir-9","hostPath":{"path":"/nvme"}}`, `{"name":"spark-conf-volume-driver","emptyDir":{}}`,
	},
	"Container.volumeMounts": {
		`{"name":"v-{{ROLE}}","mountPath":"/roles/{{ROLE}}"}`, `{"name":"spark-local-dir-1","mountPath":"/scratch"}`, `{"name":"spark-local-dir-9","mountPath":"/nvme"}`,
	},
}

// unspoken are rows that are never drawn, each with the reason.
var unspoken = map[string]string{
	"Container.name":  "drawn with the container",
	"Container.ports": "drawn by number",
	"WindowsSecurityContextOptions.gmsaCredentialSpecName": "Spark pods run Linux: the API server refuses Windows' options beside everything else that is drawn",
	"WindowsSecurityContextOptions.gmsaCredentialSpec":     "as above",
	"WindowsSecurityContextOptions.runAsUserName":          "as above",
	"WindowsSecurityContextOptions.hostProcess":            "as above",
	"ContainerPort.containerPort":                          "the list's key",
	"ContainerPort.protocol":                               "the list's key",
}
