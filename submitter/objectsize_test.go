package submitter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// What no ConfigMap holds is refused before anything is created, with the name of the setting that is to blame.
func TestAConfigurationThatIsTooLargeIsRefused(t *testing.T) {
	for _, row := range []struct {
		rule  string
		bytes int
		fits  bool
	}{{"a long setting", 1 << 19, true}, {"one that is too long", 1 << 20, false}} {
		_, err := (request{args: []string{"--conf", "spark.long=" + strings.Repeat("a", row.bytes), "--conf", "spark.short=b"}}).plan(t)
		if row.fits != (err == nil) || err != nil && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "spark.long, of 1048576 bytes") || len(err.Error()) > 300) {
			t.Errorf("%s: %.400v", row.rule, err)
		}
	}
}

// What etcd does not store is refused before anything is created, in words of whoever submits.
func TestObjectsThatAreTooLargeAreRefused(t *testing.T) {
	long := strings.Repeat("a", 100<<10)
	arguments := func(count int) []string {
		return append([]string{submittertest.Pi}, slices.Repeat([]string{long}, count)...)
	}
	for _, row := range []struct {
		rule string
		request
		says string // "": it fits
	}{
		{"a megabyte of arguments", request{args: arguments(10)}, ""},
		{"three of them", request{args: arguments(30)}, "the application's arguments have 3072033 bytes, and Kubernetes stores an object of 1572864 at most: write them into a file"},
		{
			"a pod template",
			request{
				args:  []string{"--conf", "spark.kubernetes.driver.podTemplateFile=/t.yaml"},
				files: fstest.MapFS{"t.yaml": {Data: []byte("spec: {containers: [{name: x, command: [" + strings.Repeat("a", 1600<<10) + "]}, {name: y}]}")}},
			},
			"the driver's pod has 16", // and some bytes more
		},
		{
			"files of Hadoop",
			request{env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: fstest.MapFS{"h/a.xml": {Data: []byte("a")}, "h/b.xml": {Data: make([]byte, 1<<20)}}},
			"-hadoop-config has 1048577 bytes, and Kubernetes stores 1048576 at most: take from it what is large, b.xml",
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := row.plan(t)
			if (err == nil) != (row.says == "") || err != nil && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says) || len(err.Error()) > 300) {
				t.Errorf("%.400v", err)
			}
		})
	}
}
