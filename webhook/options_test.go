package webhook

import (
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

func TestOptions(t *testing.T) {
	cluster := &rest.Config{Host: "https://127.0.0.1:1"}
	for _, row := range []struct {
		rule string
		opts Options
		says string // of the error
	}{
		{"a config and certificates are enough", Options{Config: cluster, Certificates: noCertificates{}}, ""},
		{"certificates are required", Options{Config: cluster}, "Certificates"},
		{"a way to the API server is required", Options{Certificates: noCertificates{}}, "Config"},
		{"an address without a port", Options{Config: cluster, Certificates: noCertificates{}, Address: "localhost"}, "host:port"},
		{"an address with a name for a port", Options{Config: cluster, Certificates: noCertificates{}, Address: ":https"}, "host:port"},
		{"a class that is no label value", Options{Config: cluster, Certificates: noCertificates{}, Class: "a b"}, "class"},
	} {
		_, err := New(row.opts)
		if (err == nil) != (row.says == "") || (err != nil && !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: got %v", row.rule, err)
		}
	}
}

func TestDefaultsOfOptions(t *testing.T) {
	var opts Options
	opts.setDefaults()
	if opts.Address != DefaultAddress || opts.StatusAddress != DefaultStatusAddress || opts.SystemNamespace != "swage-system" ||
		opts.Drain != DefaultDrain || opts.Registry == nil || opts.Logger == nil {
		t.Errorf("%+v", opts)
	}
}
