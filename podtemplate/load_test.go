package podtemplate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// configMap returns a template ConfigMap team-a/t; annotations come as pairs without the domain.
func configMap(mode Mode, data map[string]string, annotations ...string) *corev1.ConfigMap {
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "t", Labels: map[string]string{TemplateLabel: string(mode)}, Annotations: map[string]string{}},
		Data:       data,
	}
	for pair := range slices.Chunk(annotations, 2) {
		cm.Annotations[Domain+pair[0]] = pair[1]
	}
	return cm
}

// problemsOf loads what cannot load and returns its problems, as they are printed, without the template's name.
func problemsOf(t *testing.T, cm *corev1.ConfigMap, opts LoadOptions) []string {
	t.Helper()
	_, err := Load(cm, opts)
	var failed *LoadError
	if !errors.As(err, &failed) || len(failed.Problems) == 0 {
		t.Fatalf("got %v, want a *LoadError with problems", err)
	}
	texts := make([]string, len(failed.Problems))
	for i, p := range failed.Problems {
		texts[i] = strings.TrimPrefix(p.String(), "team-a/t")
	}
	return texts
}

// TestLoadingIsStrict: what does not load says which key, which line and which field. Each row is one pod.yaml.
func TestLoadingIsStrict(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a key set twice", "spec:\n  hostNetwork: true\n  hostPID: true\n  hostNetwork: false\n", []string{`/pod.yaml:4: key "hostNetwork" is already set in line 2`}},
		{"a key set twice, once in quotes", "spec:\n  'hostPID': true\n  hostPID: true\n", []string{`/pod.yaml:3: key "hostPID" is already set in line 2`}},
		{"an unknown field", "spec:\n  containers:\n  - name: spark\n    imagePulPolicy: Always\n", []string{`/pod.yaml:4: spec.containers[0].imagePulPolicy: unknown field "imagePulPolicy"`}},
		{"another case", "spec:\n  nodeselector:\n    a: b\n", []string{`/pod.yaml:2: spec.nodeselector: unknown field "nodeselector": did you mean "nodeSelector"?`}},
		{"two problems, in the order of lines", "spec:\n  b: 1\nmetadata:\n  a: 1\n", []string{`/pod.yaml:2: spec.b: unknown field "b"`, `/pod.yaml:4: metadata.a: unknown field "a"`}},
		{"a name that YAML reads as true", "spec:\n  containers:\n  - name: y\n", []string{`/pod.yaml:3: spec.containers[0].name: expected a string, found a boolean (YAML reads y, n, yes, no, on and off as one): put it in quotes`}},
		{"a name that YAML reads as a number", "spec:\n  nodeSelector:\n    disk: 0x1F\n", []string{`/pod.yaml:3: spec.nodeSelector.disk: expected a string, found a number: put it in quotes`}},
		{"a label with a dot in its key", "metadata:\n  labels:\n    app.kubernetes.io/name: 1\n", []string{`/pod.yaml:3: metadata.labels[app.kubernetes.io/name]: expected a string, found a number: put it in quotes`}},
		{"a second document", "spec:\n  hostPID: true\n---\nspec:\n  hostIPC: true\n", []string{`/pod.yaml:3: more than one YAML document: a template entry is one pod template`}},
		{"a second document that is broken", "spec: {}\n---\na: [\n", []string{`/pod.yaml:3: not valid YAML: did not find expected node content`}},
		{"another kind", "apiVersion: apps/v1\nkind: Deployment\n", []string{`/pod.yaml:1: apiVersion: found "apps/v1", expected v1`, `/pod.yaml:2: kind: found "Deployment", expected a Pod or a PodTemplateSpec`}},
		{"env vars from nowhere", "spec:\n  containers:\n  - name: spark\n    envFrom:\n    - prefix: P\n", []string{`/pod.yaml:5: spec.containers[0].envFrom[0]: expected one of configMapRef, secretRef`}},
		{"claims of the pod", "spec:\n  resources:\n    claims:\n    - name: gpu\n", []string{`/pod.yaml:3: spec.resources.claims: only containers have claims: name them there`}},
		{"a list", "- a\n", []string{`/pod.yaml:1: expected a Pod or a PodTemplateSpec`}},
		{"plain text", "hello\n", []string{`/pod.yaml:1: expected a Pod or a PodTemplateSpec`}},
		{"the same container in both lists", "spec:\n  initContainers:\n  - name: a\n    image: i\n  containers:\n  - name: a\n    image: i\n", []string{`/pod.yaml:6: spec.containers[0]: a container of that name is in initContainers too`}},
		{"two service accounts", "spec:\n  serviceAccountName: a\n  serviceAccount: b\n", []string{`/pod.yaml:3: spec.serviceAccount: a template cannot set it: it is the deprecated alias of serviceAccountName, which says something else here`}},
		{"two ports of one name", "spec:\n  containers:\n  - name: spark\n    ports:\n    - {containerPort: 1, name: a}\n    - {containerPort: 2, name: a}\n", []string{`/pod.yaml:6: spec.containers[0].ports[1]: another port has this name`}},
		{"a container without a name", "spec:\n  containers:\n  - image: i\n", []string{`/pod.yaml:3: spec.containers[0]: name is required`}},
		{"a volume stated twice", "spec:\n  volumes:\n  - name: v\n  - name: v\n    hostPath: {path: /a}\n", []string{`/pod.yaml:4: spec.volumes[1]: stated twice in one list`}},
		{"a mount path stated twice, written in two ways", "spec:\n  containers:\n  - name: spark\n    volumeMounts:\n    - {name: a, mountPath: /a}\n    - {name: b, mountPath: /a/}\n", []string{`/pod.yaml:6: spec.containers[0].volumeMounts[1]: stated twice in one list`}},
		{"two probe actions", "spec:\n  containers:\n  - name: spark\n    livenessProbe:\n      exec: {command: [a]}\n      tcpSocket: {port: 1}\n", []string{`/pod.yaml:6: spec.containers[0].livenessProbe.tcpSocket: exec and tcpSocket exclude each other`}},
		{"an element that is null", "spec:\n  containers:\n  -\n", []string{`/pod.yaml:3: spec.containers[0]: expected a list element, found null`}},
		{"R9: priority", "spec:\n  priority: 5\n", []string{`/pod.yaml:2: spec.priority: a template cannot set it: the API server computes it: set priorityClassName`}},
		{"R9: overhead", "spec:\n  overhead: {cpu: 1}\n", []string{`/pod.yaml:2: spec.overhead: a template cannot set it: the API server computes it: set runtimeClassName`}},
		{"R9: nodeName", "spec:\n  nodeName: node-1\n", []string{`/pod.yaml:2: spec.nodeName: a template cannot set it: it bypasses the scheduler: use nodeSelector or affinity`}},
		{"R9: ephemeralContainers", "spec:\n  ephemeralContainers: [{name: a}]\n", []string{`/pod.yaml:2: spec.ephemeralContainers: a template cannot set it: the API server accepts them on running pods only`}},
		{"R6: a label of Swage", "metadata:\n  labels:\n    swage.dev/x: z\n", []string{`/pod.yaml:3: metadata.labels[swage.dev/x]: a template cannot write swage.dev/* on pods`}},
		{"R6: an annotation of Swage", "metadata:\n  annotations:\n    swage.dev/shape: 'false'\n", []string{`/pod.yaml:3: metadata.annotations[swage.dev/shape]: a template cannot write swage.dev/* on pods`}},
		{"R25: an unknown placeholder", "metadata:\n  labels:\n    a: x-{{APP_IDS}}\n", []string{`/pod.yaml:3: metadata.labels.a: unknown placeholder {{APP_IDS}}: known are APP_ID, APP_NAME, EXECUTOR_ID, NAMESPACE and ROLE; write {{{{ for a literal {{`}},
		{"R28: what stands in braces may be a secret", "spec:\n  containers:\n  - name: spark\n    env:\n    - name: PASSWORD\n      value: 'x{{hunter2}}'\n", []string{`/pod.yaml:6: spec.containers[0].env[0].value: unknown placeholder: known are APP_ID, APP_NAME, EXECUTOR_ID, NAMESPACE and ROLE; write {{{{ for a literal {{`}},
		{"R25: a placeholder that is not closed", "metadata:\n  labels:\n    a: x-{{APP_ID\n", []string{`/pod.yaml:3: metadata.labels.a: "{{" has no closing "}}": write {{{{ for a literal {{`}},
		{"R25: a placeholder in a key", "metadata:\n  labels:\n    \"{{APP_ID}}\": x\n", []string{`/pod.yaml:3: metadata.labels.{{APP_ID}}: placeholders are not replaced in keys`}},
		{"R25: an executor's number where drivers read it", "metadata:\n  labels:\n    a: \"{{EXECUTOR_ID}}\"\n", []string{`/pod.yaml:3: metadata.labels.a: {{EXECUTOR_ID}} is for executor.yaml only: a driver has none`}},
		{"R34: an anchor", "metadata:\n  labels: &l\n    a: b\n", []string{`/pod.yaml:2: YAML anchors and aliases are not allowed in templates: write the value out`}},
		{"R34: an alias", "metadata:\n  labels: &l {a: b}\n  annotations: *l\n", []string{`/pod.yaml:2: YAML anchors and aliases are not allowed in templates: write the value out`, `/pod.yaml:3: YAML anchors and aliases are not allowed in templates: write the value out`}},
		{"R34: a merge key", "metadata:\n  labels:\n    <<: {a: b}\n", []string{`/pod.yaml:3: YAML merge keys are not allowed in templates: write the members out`}},
		{"a key that is no text", "spec:\n  {a: b}: c\n", []string{`/pod.yaml:2: a key must be text`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := problemsOf(t, configMap(Default, map[string]string{"pod.yaml": tt.text}), LoadOptions{})
			if !slices.Equal(got, tt.want) {
				t.Errorf("got:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(tt.want, "\n  "))
			}
		})
	}
}

// TestSyntaxErrorsNameTheirLine: the YAML parser's own messages are off by one, name the block's first line, or none.
func TestSyntaxErrorsNameTheirLine(t *testing.T) {
	tests := []struct {
		name, text string
		line       int
	}{
		{"in the first line", "a: b: c\n", 1},
		{"a tab that indents", "spec:\n  hostPID: true\n\thostIPC: true\n", 3},
		{"a tab in the first line", "\tspec: {}\n", 1},
		{"a member that is indented too little", "spec:\n    hostPID: true\n    hostIPC: true\n  hostNetwork: true\n", 4},
		{"a member that is indented too much", "spec:\n  hostPID: true\n    hostIPC: true\n", 3},
		{"a member in a list", "spec:\n  containers:\n  - name: a\n  image: b\n  - name: c\n", 5},
		{"a quote that is never closed: where it opens", "spec:\n  hostname: \"a\n  subdomain: b\n", 2},
		{"a bracket that is never closed: where it opens", "spec:\n  hostPID: true\n  containers: [a\n", 3},
		{"text without a colon", "spec:\n  hostPID: true\n  hostIPC\n  hostNetwork: true\n", 3},
		{"a container called * without quotes", "spec:\n  containers:\n  - name: *\n", 3},
		{"an alias of nothing", "spec:\n  hostname: *a\n", 2},
		{"a control character", "spec:\n  hostname: \"a\x01b\"\n", 2},
		{"after Windows line ends", "spec:\r\n  hostPID: true\r\n\thostIPC: true\r\n", 3},
		{"far down", strings.Repeat("# comment\n", 5000) + "a: b: c\n" + strings.Repeat("# comment\n", 5000), 5001},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := problemsOf(t, configMap(Default, map[string]string{"pod.yaml": tt.text}), LoadOptions{})
			if want := fmt.Sprintf("/pod.yaml:%d: not valid YAML: ", tt.line); len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if strings.Contains(tt.name, "*") && !strings.Contains(got[0], `"*", in quotes`) {
				t.Errorf("%s: does not say what to do", got[0])
			}
		})
	}
}

// TestMetadataIsStrict: label, annotations and keys of the ConfigMap itself.
func TestMetadataIsStrict(t *testing.T) {
	pod := map[string]string{"pod.yaml": "spec: {hostPID: true}\n"}
	tests := []struct {
		name   string
		cm     *corev1.ConfigMap
		system bool
		want   []string
	}{
		{"an unknown key in data", configMap(Default, map[string]string{"pod.yml": ""}), false, []string{`: data[pod.yml]: unknown key: known are pod.yaml, driver.yaml, executor.yaml`}},
		{"an unknown annotation of Swage", configMap(Default, pod, "selct", "a=b"), false, []string{`: metadata.annotations[swage.dev/selct]: unknown annotation: known are swage.dev/select, swage.dev/namespaces, swage.dev/on-conflict and swage.dev/native-sidecars`}},
		{"a pod's annotation", configMap(Default, pod, "shape", "false"), false, []string{`: metadata.annotations[swage.dev/shape]: unknown annotation: known are swage.dev/select, swage.dev/namespaces, swage.dev/on-conflict and swage.dev/native-sidecars`}},
		{"R11: an enforced template that keeps", configMap(Enforced, pod, "on-conflict", "keep"), false, []string{`: metadata.annotations[swage.dev/on-conflict]: found keep: an enforced template wins by replace (its default) or by reject`}},
		{"an unknown on-conflict", configMap(Default, pod, "on-conflict", "Keep"), false, []string{`: metadata.annotations[swage.dev/on-conflict]: found "Keep", expected keep, replace or reject`}},
		{"native-sidecars is true or false", configMap(Default, pod, "native-sidecars", "no"), false, []string{`: metadata.annotations[swage.dev/native-sidecars]: found "no", expected true or false`}},
		{"namespaces in a template that is no system template", configMap(Default, pod, "namespaces", "a=b"), false, []string{`: metadata.annotations[swage.dev/namespaces]: only templates of the system namespace reach other namespaces`}},
		{"an empty selector", configMap(Default, pod, "select", " "), false, []string{`: metadata.annotations[swage.dev/select]: empty: leave it out to select everything`}},
		{"several problems in the order of annotations", configMap(Default, pod, "on-conflict", "x", "a", "b"), false, []string{`: metadata.annotations[swage.dev/a]: unknown annotation: known are swage.dev/select, swage.dev/namespaces, swage.dev/on-conflict and swage.dev/native-sidecars`, `: metadata.annotations[swage.dev/on-conflict]: found "x", expected keep, replace or reject`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := problemsOf(t, tt.cm, LoadOptions{System: tt.system}); !slices.Equal(got, tt.want) {
				t.Errorf("got:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(tt.want, "\n  "))
			}
		})
	}
	t.Run("binary data, in order", func(t *testing.T) {
		cm := configMap(Default, pod)
		cm.BinaryData = map[string][]byte{"b": nil, "a": nil, "c": nil}
		want := []string{": binaryData.a: templates are text, under data", ": binaryData.b: templates are text, under data", ": binaryData.c: templates are text, under data"}
		if got := problemsOf(t, cm, LoadOptions{}); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}

// TestR33UnparsableSelectorsAreBroken: and they name the annotation.
func TestR33UnparsableSelectorsAreBroken(t *testing.T) {
	for annotation, value := range map[string]string{"select": "team in (risk", "namespaces": "env==prod==x"} {
		got := problemsOf(t, configMap(Enforced, map[string]string{"pod.yaml": "spec: {}"}, annotation, value), LoadOptions{System: true})
		if want := ": metadata.annotations[swage.dev/" + annotation + "]: no label selector: "; !strings.HasPrefix(got[0], want) {
			t.Errorf("got %q, want %q", got[0], want)
		}
	}
}

func TestR33AnUnknownModeDoesNotLoad(t *testing.T) {
	for _, mode := range []Mode{"", "Default", "enforce"} {
		if _, err := Load(configMap(mode, nil), LoadOptions{}); !errors.Is(err, ErrUnknownMode) {
			t.Errorf("mode %q: got %v, want ErrUnknownMode", mode, err)
		}
	}
}

// TestWhatLoads: texts that look odd and are right.
func TestWhatLoads(t *testing.T) {
	tests := []struct{ name, text, warning string }{
		{"a PodTemplateSpec without a kind", "spec: {hostPID: true}", ""},
		{"a Pod, as podTemplateFile takes it", "apiVersion: v1\nkind: Pod\nspec: {hostPID: true}", ""},
		{"JSON", `{"spec": {"hostPID": true}}`, ""},
		{"Windows line ends", "spec:\r\n  hostPID: true\r\n", ""},
		{"a byte order mark", "\ufeffspec:\n  hostPID: true\n", ""},
		{"a document start", "---\nspec: {hostPID: true}\n", ""},
		{"R24: status is ignored", "kind: Pod\nspec: {hostPID: true}\nstatus: {phase: Running, whatever: 1}\n", ""},
		{"R24: what the API server writes into metadata is ignored", "metadata:\n  uid: a\n  resourceVersion: '1'\n  generation: 2\n  creationTimestamp: null\n  managedFields: [{manager: m}]\nspec: {hostPID: true}\n", ""},
		{"R24: name and namespace are the pod's", "metadata: {name: a}\nspec: {hostPID: true}\n", "/pod.yaml:1: metadata.name: protected, it will be ignored: a pod's identity and ownership are its creator's"},
		{"an octal mode", "spec:\n  volumes:\n  - name: v\n    secret: {secretName: s, defaultMode: 0644}\n", ""},
		{"an empty entry", "", "/pod.yaml: the entry says nothing"},
		{"an entry of comments", "# nothing\n", "/pod.yaml: the entry says nothing"},
		{"R5: null says nothing", "spec:\n  hostPID: null\n", "/pod.yaml:2: spec.hostPID: null says nothing"},
		{"R5: an empty object says nothing", "spec:\n  securityContext: {}\n", "/pod.yaml:2: spec.securityContext: {} says nothing"},
		{"R5: an empty list says nothing", "spec:\n  tolerations: []\n", "/pod.yaml:2: spec.tolerations: [] says nothing"},
		{"R5: a null label says nothing", "metadata:\n  labels:\n    a:\n", "/pod.yaml:3: metadata.labels.a: null says nothing"},
		{"R5: an empty object is a value in a whole item", "spec:\n  volumes:\n  - name: v\n    emptyDir: {}\n", ""},
		{"R5: an empty list is a value in a whole item", "spec:\n  volumes:\n  - name: v\n    secret: {secretName: s, items: []}\n", ""},
		{"R5: an empty object is a value in a member of a union", "spec:\n  containers:\n  - name: spark\n    livenessProbe: {tcpSocket: {}}\n", ""},
		{"R5: false is a value", "spec:\n  hostNetwork: false\n", ""},
		{"an environment variable stated twice: the last counts", "spec:\n  containers:\n  - name: spark\n    env:\n    - {name: A, value: x}\n    - {name: A, value: z}\n", "/pod.yaml:6: spec.containers[0].env[1]: stated twice in one list: the last one counts"},
		{"a port number for TCP and for UDP", "spec:\n  containers:\n  - name: spark\n    ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]\n", ""},
		{"a toleration for everything", "spec:\n  tolerations: [{operator: Exists}]\n", ""},
		{"* in both lists", "spec:\n  initContainers: [{name: '*', tty: true}]\n  containers: [{name: '*', tty: true}]\n", ""},
		{"a restart policy with its rules", "spec:\n  initContainers:\n  - name: a\n    restartPolicy: Never\n    restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			template, err := Load(configMap(Default, map[string]string{"pod.yaml": tt.text}), LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var warnings []string
			for _, w := range template.Warnings {
				warnings = append(warnings, strings.TrimPrefix(w.String(), "team-a/t"))
			}
			if got := strings.Join(warnings, "\n"); got != tt.warning {
				t.Errorf("warnings:\n%s\nwant:\n%s", got, tt.warning)
			}
		})
	}
}

// TestR5NothingIsSaid: parts that say nothing do not become parts, those that do become one.
func TestR5NothingIsSaid(t *testing.T) {
	const text = `
metadata: {labels: {a: null, b: ""}, annotations: {}}
spec:
  hostPID: false
  tolerations: []
  securityContext: {}
  nodeSelector: null
  containers:
  - name: spark
    command: []
    livenessProbe: {exec: null, tcpSocket: {}}
`
	template, err := Load(configMap(Default, map[string]string{"pod.yaml": text}), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := template.entries["pod.yaml"].parts.node(everyPart).JSON()
	want := `{"metadata":{"labels":{"b":""}},"spec":{"containers":[{"name":"spark","livenessProbe":{"tcpSocket":{}}}],"hostPID":false}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestATemplateWithoutEntriesLoadsWithAWarning(t *testing.T) {
	template, err := Load(configMap(Default, nil), LoadOptions{})
	if err != nil || len(template.Warnings) != 1 || template.Warnings[0].Message != "the template has no entries" {
		t.Errorf("got %v, %v", template, err)
	}
}

// TestR25ExecutorIDBelongsInExecutorYAML: and in a bare file, which may be an executor's podTemplateFile.
func TestR25ExecutorIDBelongsInExecutorYAML(t *testing.T) {
	const text = "metadata: {labels: {a: '{{EXECUTOR_ID}}'}}"
	if _, err := Load(configMap(Default, map[string]string{"executor.yaml": text}), LoadOptions{}); err != nil {
		t.Errorf("executor.yaml: %v", err)
	}
	if _, err := LoadFile("executor-template.yaml", "default", []byte(text), LoadOptions{}); err != nil {
		t.Errorf("a bare file: %v", err)
	}
	for _, key := range []string{"pod.yaml", "driver.yaml"} {
		if _, err := Load(configMap(Default, map[string]string{key: text}), LoadOptions{}); err == nil {
			t.Errorf("%s: want an error", key)
		}
	}
}

func TestLoadFileIsADefaultTemplateNamedByItsPath(t *testing.T) {
	text := []byte("kind: Pod\nspec: {hostPID: true}\n")
	template, err := LoadFile("conf/driver.yaml", "team-a", text, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if template.Mode != Default || template.OnConflict != Keep || template.String() != "conf/driver.yaml" || template.Size() != len(text) {
		t.Errorf("got %+v of %d bytes", template.Ref, template.Size())
	}
	_, err = LoadFile("bad.yaml", "team-a", []byte("spec:\n  a: 1\n"), LoadOptions{})
	if want := `bad.yaml:2: spec.a: unknown field "a"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err = LoadFile("big.yaml", "team-a", text, LoadOptions{Limits: Limits{TemplateBytes: 5}}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func TestAnnotationsAreRead(t *testing.T) {
	tests := []struct {
		name        string
		mode        Mode
		annotations []string
		want        OnConflict
		native      bool
	}{
		{"default keeps", Default, nil, Keep, true},
		{"named keeps", Named, nil, Keep, true},
		{"enforced replaces", Enforced, nil, Replace, true},
		{"as it says", Named, []string{"on-conflict", "reject", "native-sidecars", "false"}, Reject, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			template, err := Load(configMap(tt.mode, nil, tt.annotations...), LoadOptions{})
			if err != nil || template.OnConflict != tt.want || template.nativeSidecars != tt.native {
				t.Errorf("got %+v, %v", template, err)
			}
		})
	}
}
