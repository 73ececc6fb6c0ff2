package submitter_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

func TestS1TheVersion(t *testing.T) {
	jar := fstest.MapFS{"opt/spark/jars/spark-core_2.12-3.5.9.jar": {}, "opt/spark/jars/spark-core.jar": {}}
	release := fstest.MapFS{"opt/spark/RELEASE": {Data: []byte("Spark 4.0.1 (git revision x) built for Hadoop 3.4.1\n")}, "opt/spark/jars/spark-core_2.12-3.5.9.jar": {}}
	home := map[string]string{"SPARK_HOME": "/opt/spark"}
	for _, row := range []struct {
		rule string
		request
		want, note string
	}{
		{"what the caller says wins", request{version: "3.5.1", env: home, files: jar, image: "spark:4.1.2"}, "3.5.1", ""},
		{"then the installation's RELEASE", request{env: home, files: release, image: "spark:4.1.2"}, "4.0.1", ""},
		{"then the installation's jars", request{env: home, files: jar, image: "spark:4.1.2"}, "3.5.9", ""},
		{"an empty installation says nothing", request{env: home, files: fstest.MapFS{}, image: "spark:4.1.1"}, "4.1.1", ""},
		{"then the image's tag", request{image: "host:5000/spark:3.5.9-scala2.12-java17-python3-ubuntu"}, "3.5.9", ""},
		{"before its digest", request{image: "spark:3.5.9@sha256:00"}, "3.5.9", ""},
		{"the image of the driver", request{image: "x:3.5.9", args: []string{"--conf", "spark.kubernetes.driver.container.image=x:4.0.0"}}, "4.0.0", ""},
		{"a port is no tag", request{image: "host:5000/spark"}, submitter.AssumedVersion, "--spark-version"},
		{"a tag of two numbers is no version of Spark", request{image: "spark:1.0"}, submitter.AssumedVersion, "--spark-version"},
		{"nothing: a stated version, and a note", request{}, submitter.AssumedVersion, "taken for " + submitter.AssumedVersion},
		{"a newer one is treated as the last known, with a note", request{version: "5.1.0"}, "5.1.0", "treated as 4.3"},
		{"a preview belongs to its release", request{version: "4.1.0-preview2"}, "4.1.0-preview2", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			objects := row.must(t)
			if got := objects.Driver.Labels["spark-version"]; got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
			if notes := strings.Join(objects.Notes, "\n"); !strings.Contains(notes, row.note) || row.note == "" && notes != "" {
				t.Errorf("notes: %q", notes)
			}
		})
	}
}

func TestS1VersionsThatAreRefused(t *testing.T) {
	for version, want := range map[string]string{"3.4.2": "the oldest known is 3.5", "2.4.0": "the oldest known", "newest": "expected one such as"} {
		if _, err := (request{version: version}).plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", version, err)
		}
	}
}

// S1: what differs between releases that were not recorded.
func TestS1Releases(t *testing.T) {
	kinds := func(version string) []string {
		var all []string
		for _, o := range (request{version: version}).must(t).All() {
			all = append(all, o.GetObjectKind().GroupVersionKind().Kind)
		}
		return all
	}
	if got := kinds("4.1.9"); !slices.Equal(got, []string{"Service", "ConfigMap", "Pod"}) {
		t.Errorf("4.1: %q", got)
	}
	if got := kinds("4.2.0"); !slices.Equal(got, []string{"Service", "NetworkPolicy", "ConfigMap", "Pod"}) {
		t.Errorf("4.2: %q", got)
	}
	unready := []string{"--conf", "spark.kubernetes.driver.service.publishNotReadyAddresses=true"}
	for version, want := range map[string]bool{"4.2.0": false, "4.3.0": true} {
		service := request{version: version, args: unready}.must(t).Owned[0].(*corev1.Service)
		if service.Spec.PublishNotReadyAddresses != want {
			t.Errorf("%s: publishNotReadyAddresses is not %v", version, want)
		}
	}
}

// S1: since 4.3 Spark's containers may not gain privileges, unless a setting of the role or of both says so.
func TestS1PrivilegeEscalation(t *testing.T) {
	const common, driver = "spark.kubernetes.securityContext.allowPrivilegeEscalation", "spark.kubernetes.driver.securityContext.allowPrivilegeEscalation"
	for _, row := range []struct {
		rule, version string
		settings      []string
		want          string
	}{
		{"4.2 says nothing", "4.2.0", []string{driver + "=true"}, "-"},
		{"4.3 says no", "4.3.0", nil, "false"},
		{"the common setting", "4.3.0", []string{common + "=true"}, "true"},
		{"the driver's own", "4.3.0", []string{common + "=true", driver + "=false"}, "false"},
	} {
		r := request{version: row.version}
		for _, setting := range row.settings {
			r.args = append(r.args, "--conf", setting)
		}
		got := "-"
		if context := sparkOf(t, r.must(t)).SecurityContext; context != nil {
			got = strconv.FormatBool(*context.AllowPrivilegeEscalation)
		}
		if got != row.want {
			t.Errorf("%s: got %s", row.rule, got)
		}
	}
}
