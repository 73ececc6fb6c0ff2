package submitter

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/properties"
)

// Settings are those that the driver reads.
func (o *Objects) Settings() map[string]string {
	for _, object := range o.Owned {
		text := ""
		switch conf := object.(type) {
		case *corev1.ConfigMap:
			text = conf.Data[confFile]
		case *corev1.Secret:
			text = string(conf.Data[confFile])
		}
		if settings, err := properties.Parse(text); err == nil && text != "" {
			return settings
		}
	}
	return nil
}

// ConfOf is what holds a driver's configuration, whoever submitted it: a
// ConfigMap or a Secret. Both are "" where the pod has none of Spark's.
func ConfOf(driver *corev1.Pod) (kind, name string) {
	for _, volume := range driver.Spec.Volumes {
		switch {
		case volume.Name != confVolume:
		case volume.ConfigMap != nil:
			return "ConfigMap", volume.ConfigMap.Name
		case volume.Secret != nil:
			return "Secret", volume.Secret.SecretName
		}
	}
	return "", ""
}

// ReadConf reads a driver's settings from the data of what ConfOf names, as
// JSON has them: in a Secret they are base64. Nil where they are not understood.
func ReadConf(kind string, data map[string]json.RawMessage) map[string]string {
	raw := data[confFile]
	var text string
	err := json.Unmarshal(raw, &text)
	if kind == "Secret" {
		var decoded []byte
		err = json.Unmarshal(raw, &decoded)
		text = string(decoded)
	}
	if err != nil {
		return nil
	}
	settings, err := properties.Parse(text)
	if err != nil {
		return nil
	}
	return settings
}
