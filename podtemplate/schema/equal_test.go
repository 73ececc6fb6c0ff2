package schema

import (
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

func parse(t *testing.T, text string) *tree.Node {
	t.Helper()
	if text == "" {
		return nil
	}
	n, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return n
}

// TestR1EqualityIsTheAPIServers: what the API server stores for a value is the
// same value, however it was written. "" is an absent one.
func TestR1EqualityIsTheAPIServers(t *testing.T) {
	tests := []struct {
		name, owner, field, a, b string
		want                     bool
	}{
		{"quantities by value: cores", "ResourceRequirements", "limits", `{"cpu":"1000m"}`, `{"cpu":"1"}`, true},
		{"quantities by value: bytes", "ResourceRequirements", "limits", `{"memory":"2048Mi"}`, `{"memory":"2Gi"}`, true},
		{"quantities by value: a JSON number", "ResourceRequirements", "limits", `{"cpu":2}`, `{"cpu":"2"}`, true},
		{"quantities by value: rounded up to thousandths, as they are stored", "ResourceRequirements", "limits", `{"cpu":"0.0001"}`, `{"cpu":"1m"}`, true},
		{"quantities by value: 1G is not 1Gi", "ResourceRequirements", "limits", `{"memory":"1G"}`, `{"memory":"1Gi"}`, false},
		{"a quantity of zero is a value in a map", "ResourceRequirements", "limits", `{"cpu":"0"}`, `{}`, false},
		{"an absent divisor is stored as 0", "ResourceFieldSelector", "divisor", `"0"`, ``, true},
		{"an IntOrString is a number or a name: 80 is not \"80\"", "HTTPGetAction", "port", `80`, `"80"`, false},
		{"an IntOrString is itself", "HTTPGetAction", "port", `"http"`, `"http"`, true},

		{"absent is its default: defaultMode", "SecretVolumeSource", "defaultMode", `420`, ``, true},
		{"absent is its default: fieldRef.apiVersion", "EnvVarSource", "fieldRef", `{"apiVersion":"v1","fieldPath":"metadata.name"}`, `{"fieldPath":"metadata.name"}`, true},
		{"absent is its default: hostPath.type", "Volume", "hostPath", `{"path":"/a","type":""}`, `{"path":"/a"}`, true},
		{"absent is its default: httpGet.scheme and path", "Probe", "httpGet", `{"port":1,"scheme":"HTTP","path":"/"}`, `{"port":1}`, true},
		{"absent is its default: expirationSeconds of a token", "VolumeProjection", "serviceAccountToken", `{"path":"t","expirationSeconds":3600}`, `{"path":"t"}`, true},
		{"absent is its default: enableServiceLinks", "PodSpec", "enableServiceLinks", `true`, ``, true},
		{"another value than the default is not absent", "PodSpec", "enableServiceLinks", `false`, ``, false},
		{"absent is its default: an image volume's pull policy follows its tag", "Volume", "image", `{"reference":"a:1","pullPolicy":"IfNotPresent"}`, `{"reference":"a:1"}`, true},
		{"an image volume's pull policy that its tag does not give is a value", "Volume", "image", `{"reference":"a:1","pullPolicy":"Always"}`, `{"reference":"a:1"}`, false},
		{"a default is recognised however it is escaped", "PodSpec", "dnsPolicy", `"\u0043lusterFirst"`, ``, true},

		{"absent is zero: false", "PodSpec", "hostNetwork", `false`, ``, true},
		{"absent is zero: empty text", "VolumeMount", "subPath", `""`, ``, true},
		{"absent is zero: an empty list", "Container", "command", `[]`, ``, true},
		{"absent is not zero where the field is a pointer", "SecurityContext", "runAsUser", `0`, ``, false},
		{"absent is not zero where the field is a pointer to a bool", "SecurityContext", "privileged", `false`, ``, false},
		{"null is absent", "SecurityContext", "runAsUser", `null`, ``, true},
		{"a union member without content is a value", "Volume", "hostPath", `{"path":""}`, ``, false},
		{"a member that says nothing is no difference", "Volume", "emptyDir", `{"medium":""}`, `{}`, true},
		{"a null member is no difference", "Volume", "emptyDir", `{"medium":"Memory","sizeLimit":null}`, `{"medium":"Memory"}`, true},
		{"a pod's empty security context is none", "PodSpec", "securityContext", `{}`, ``, true},
		{"nor is one whose members say nothing", "PodSpec", "securityContext", `{"supplementalGroups":[]}`, ``, true},

		{"the order of members does not count", "Volume", "hostPath", `{"path":"/a","type":"Directory"}`, `{"type":"Directory","path":"/a"}`, true},
		{"the order of a list counts", "Container", "args", `["a","b"]`, `["b","a"]`, false},
		{"a list that repeats is another list", "Container", "args", `["a"]`, `["a","a"]`, false},
		{"a member that only a newer Kubernetes knows counts", "Volume", "hostPath", `{"path":"/a","new":1}`, `{"path":"/a"}`, false},
		{"and is compared as JSON", "Volume", "hostPath", `{"path":"/a","new":{"x":1.0}}`, `{"path":"/a","new":{"x":1}}`, true},
		{"labels are text: an empty value is an entry", "LabelSelector", "matchLabels", `{"a":""}`, `{}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			field := TypeNamed(tt.owner).Field(tt.field)
			a, b := parse(t, tt.a), parse(t, tt.b)
			if field.Equal(a, b) != tt.want || field.Equal(b, a) != tt.want {
				t.Errorf("%s: %s and %s: want equal %t, both ways", field.Path(), tt.a, tt.b, tt.want)
			}
		})
	}
}

// TestR1WholeItems: elements that are one thing each are compared as the API server stores them.
func TestR1WholeItems(t *testing.T) {
	tests := []struct {
		name, list, a, b string
		want             bool
	}{
		{"a volume without a source is an emptyDir", "PodSpec.volumes", `{"name":"v"}`, `{"name":"v","emptyDir":{}}`, true},
		{"an emptyDir in memory is another volume", "PodSpec.volumes", `{"name":"v"}`, `{"name":"v","emptyDir":{"medium":"Memory"}}`, false},
		{"sizes by value", "PodSpec.volumes", `{"name":"v","emptyDir":{"sizeLimit":"1024Mi"}}`, `{"name":"v","emptyDir":{"sizeLimit":"1Gi"}}`, true},
		{"projected sources in another order are other files", "PodSpec.volumes", `{"name":"v","projected":{"sources":[{"secret":{"name":"a"}},{"secret":{"name":"b"}}]}}`, `{"name":"v","projected":{"sources":[{"secret":{"name":"b"}},{"secret":{"name":"a"}}]}}`, false},
		{"an env var without value is empty", "Container.env", `{"name":"A"}`, `{"name":"A","value":""}`, true},
		{"an env var that is read from the pod", "Container.env", `{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"0"}}}`, `{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}`, true},
		{"a mount that is writable because nothing is said", "Container.volumeMounts", `{"name":"v","mountPath":"/a","readOnly":false}`, `{"name":"v","mountPath":"/a"}`, true},
		{"a toleration without operator means Equal", "PodSpec.tolerations", `{"key":"k","operator":"Equal","value":"v"}`, `{"key":"k","value":"v"}`, true},
		{"a toleration for a time is another one", "PodSpec.tolerations", `{"key":"k","tolerationSeconds":0}`, `{"key":"k"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var field *Field
			for name, row := range map[string]string{"PodSpec.volumes": "volumes", "PodSpec.tolerations": "tolerations"} {
				if name == tt.list {
					field = TypeNamed("PodSpec").Field(row)
				}
			}
			if field == nil {
				field = TypeNamed("Container").Field(tt.list[len("Container."):])
			}
			a, b := parse(t, tt.a), parse(t, tt.b)
			if got := field.Type.Elem.Equal(a, b); got != tt.want || field.Type.Elem.Equal(b, a) != got {
				t.Errorf("%s and %s: want equal %t, both ways", tt.a, tt.b, tt.want)
			}
		})
	}
}

// TestR5ZeroOfATypeIsWhatAbsentMeans.
func TestR5ZeroOfATypeIsWhatAbsentMeans(t *testing.T) {
	for text, want := range map[string]bool{`""`: true, `"x"`: false, `null`: false} {
		if got := (&Type{Kind: Text}).Zero(parse(t, text)); got != want {
			t.Errorf("text %s: zero is %t", text, got)
		}
	}
	hostNetwork := TypeNamed("PodSpec").Field("hostNetwork")
	if !hostNetwork.Absent(parse(t, `false`)) || hostNetwork.Absent(parse(t, `true`)) {
		t.Error("hostNetwork false says what an absent one means, true does not")
	}
	runAsUser := TypeNamed("SecurityContext").Field("runAsUser")
	if runAsUser.Absent(parse(t, `0`)) {
		t.Error("runAsUser 0 is root, and absent is not")
	}
	if policy := TypeNamed("Container").Field("imagePullPolicy"); !policy.Derived() || hostNetwork.Derived() {
		t.Error("imagePullPolicy follows the image, hostNetwork follows nothing")
	}
}

func TestUnreadableQuantitiesEqualOnlyThemselves(t *testing.T) {
	if a, b := parse(t, `"x"`), parse(t, `"y"`); EqualQuantities(a, b) || !EqualQuantities(a, a) {
		t.Error("text that is no quantity is compared as text")
	}
}
