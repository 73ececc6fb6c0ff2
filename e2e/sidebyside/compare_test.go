//go:build node

package sidebyside

import (
	"encoding/base64"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/submitter/submittertest"
)

// unlike are members of metadata that the API server makes anew for each object.
var unlike = []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"}

// comparable is what was stored, by kind and name, without what is new in every submission.
func comparable(t *testing.T, objects []map[string]any) map[string]any {
	t.Helper()
	driver := driverOf(t, objects)
	all := map[string]any{}
	for _, object := range objects {
		metadata := metadataOf(object)
		wantOwner(t, object, driver)
		for _, member := range unlike {
			delete(metadata, member)
		}
		delete(object, "status")
		if data, ok := object["data"].(map[string]any); ok && data["spark.properties"] != nil {
			data["spark.properties"] = settings(t, object["kind"] == "Secret", data)
		}
		name := submittertest.Masked(object["kind"].(string) + " " + nameOf(object))
		if all[name] != nil {
			t.Errorf("two objects are called %s", name)
		}
		all[name] = masked(object)
	}
	return all
}

func driverOf(t *testing.T, objects []map[string]any) (uid string) {
	t.Helper()
	for _, object := range objects {
		if object["kind"] == "Pod" {
			if uid != "" {
				t.Fatal("two pods")
			}
			uid = metadataOf(object)["uid"].(string)
		}
	}
	return uid
}

// wantOwner checks that an object belongs to the driver, and makes that comparable.
func wantOwner(t *testing.T, object map[string]any, driver string) {
	t.Helper()
	owners, _ := metadataOf(object)["ownerReferences"].([]any)
	if object["kind"] == "Pod" && len(owners) == 0 {
		return
	}
	if len(owners) != 1 || owners[0].(map[string]any)["uid"] != driver {
		t.Errorf("%s %s belongs to %v", object["kind"], nameOf(object), owners)
		return
	}
	owners[0].(map[string]any)["uid"] = "DRIVER"
}

func settings(t *testing.T, encoded bool, data map[string]any) map[string]any {
	t.Helper()
	text := data["spark.properties"].(string)
	if encoded {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		text = string(decoded)
	}
	all, err := submittertest.Settings(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func masked(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = masked(member)
		}
	case []any:
		for i, element := range v {
			v[i] = masked(element)
		}
	case string:
		return submittertest.Masked(v)
	}
	return v
}

func asYAML(t *testing.T, v any) string {
	t.Helper()
	text, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// unhide makes a ConfigMap of the Secret that has the configuration, in the
// pod's volume too: that is the difference, and the contents are none.
func unhide(t *testing.T, all map[string]any) {
	t.Helper()
	const secret, configMap = "Secret spark-drv-UNIQUE-conf-map", "ConfigMap spark-drv-UNIQUE-conf-map"
	conf, ok := all[secret].(map[string]any)
	if !ok {
		t.Errorf("the configuration is no Secret")
		return
	}
	delete(all, secret)
	conf["kind"] = "ConfigMap"
	delete(conf, "type")
	data := conf["data"].(map[string]any)
	for name, value := range data {
		if text, ok := value.(string); ok {
			decoded, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			data[name] = string(decoded)
		}
	}
	all[configMap] = conf
	submittertest.EachObject(all, func(object map[string]any) {
		if source, ok := object["secret"].(map[string]any); ok && object["name"] == "spark-conf-volume-driver" {
			delete(object, "secret")
			source["name"] = source["secretName"]
			delete(source, "secretName")
			object["configMap"] = source
		}
	})
}
