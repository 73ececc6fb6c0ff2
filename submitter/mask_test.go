package submitter_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/submitter/submittertest"
)

// mask adds an object by its kind and name, without what differs in form only.
func mask(t *testing.T, all, object map[string]any) {
	t.Helper()
	metadata := object["metadata"].(map[string]any)
	delete(metadata, "ownerReferences") // ours come with the driver's UID
	delete(metadata, "namespace")       // spark-submit has it in the path of the request
	delete(object, "status")
	if object["kind"] == "ConfigMap" {
		data := object["data"].(map[string]any)
		if file, ok := data["spark.properties"].(string); ok {
			settings, err := submittertest.Settings(file)
			if err != nil {
				t.Fatal(err)
			}
			data["spark.properties"] = settings
		}
	}
	name := submittertest.Masked(object["kind"].(string) + " " + metadata["name"].(string))
	if _, twice := all[name]; twice {
		t.Errorf("two objects are called %s", name)
	}
	all[name] = normal("", object)
}

// zero are members whose zero value the API server takes for an absent one.
var zero = map[string]any{"readOnly": false, "subPath": "", "subPathExpr": "", "creationTimestamp": nil, "medium": "", "value": "", "publishNotReadyAddresses": false}

// amounts are members that are quantities.
var amounts = map[string]bool{"cpu": true, "memory": true, "storage": true, "sizeLimit": true, "ephemeral-storage": true}

func normal(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		made := map[string]any{}
		for name, member := range v {
			if absent, known := zero[name]; known && member == absent {
				continue
			}
			if empty, ok := member.(map[string]any); ok && len(empty) == 0 && name == "resources" {
				continue
			}
			made[name] = normal(name, member)
		}
		return made
	case []any:
		var made []any
		for _, element := range v {
			made = append(made, normal(key, element))
		}
		return made
	case string:
		if amounts[key] {
			amount := resource.MustParse(v)
			return amount.AsDec().String()
		}
		return submittertest.Masked(strings.TrimSpace(v))
	}
	return v
}
