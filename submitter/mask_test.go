package submitter_test

import (
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/submitter/properties"
)

// masks hide what is new in every submission.
var masks = []struct {
	what    string
	matches *regexp.Regexp
	becomes string
}{
	{"the application's id", regexp.MustCompile(`spark-[0-9a-f]{32}`), "spark-ID"},
	{"a UUID", regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{"random bytes and the time in names", regexp.MustCompile(`[0-9a-f]{6}[0-9a-f]{10}`), "UNIQUE"},
	{"the API server", regexp.MustCompile(`k8s://https?://127\.0\.0\.1:[0-9]+`), "k8s://SERVER"},
}

func masked(text string) string {
	for _, m := range masks {
		text = m.matches.ReplaceAllString(text, m.becomes)
	}
	return text
}

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
			data["spark.properties"] = settings(t, file)
		}
	}
	name := masked(object["kind"].(string) + " " + metadata["name"].(string))
	if _, twice := all[name]; twice {
		t.Errorf("two objects are called %s", name)
	}
	all[name] = normal("", object)
}

// settings is a properties file as a map: comments and order mean nothing.
func settings(t *testing.T, file string) map[string]any {
	t.Helper()
	values, err := properties.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for key, value := range values {
		all[key] = value
	}
	if all["spark.app.submitTime"] != nil {
		all["spark.app.submitTime"] = "TIME"
	}
	return all
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
		return masked(strings.TrimSpace(v))
	}
	return v
}
