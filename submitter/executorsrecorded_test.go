package submitter_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// driverVersions are those whose real drivers were run (e2e/cmd/recordsubmit -drivers).
var driverVersions = []string{"3.5.9", "4.0.1", "4.1.2", "4.2.0", "4.3.0"}

// executorDifferences are what executors that Swage makes have on purpose other
// than those that a driver makes; docs/submit.md explains each.
var executorDifferences = []struct {
	row    string   // its first cell
	cases  []string // default: all
	minors []string // default: all
	alike  func(pod map[string]any)
}{
	{row: "init container `swage-wait-driver`", alike: func(pod map[string]any) {
		drop(pod["spec"].(map[string]any), "initContainers", "swage-wait-driver")
	}},
	{row: "`SPARK_DRIVER_POD_IP`", alike: func(pod map[string]any) { drop(containerOf(pod), "env", "SPARK_DRIVER_POD_IP") }},
	{row: "host in `SPARK_DRIVER_URL`, with `useDriverPodIP`", minors: []string{"4.3"}, alike: anyHost},
	{row: "host in `SPARK_DRIVER_URL`, with `useDriverPodIP`", cases: []string{"driver-pod-ip"}, minors: []string{"4.1", "4.2"}, alike: anyHost},
	{row: "secret of `spark.authenticate`", cases: []string{"authenticate"}, alike: func(pod map[string]any) {
		container := containerOf(pod)
		drop(container, "env", "_SPARK_AUTH_SECRET")
		drop(container, "volumeMounts", "spark-auth-UNIQUE-volume")
		drop(pod["spec"].(map[string]any), "volumes", "spark-auth-UNIQUE-volume")
		container["env"] = slices.DeleteFunc(container["env"].([]any), func(v any) bool {
			value, _ := v.(map[string]any)["value"].(string)
			return strings.HasPrefix(value, "-Dspark.authenticate.secret.")
		})
		numberOptions(container)
	}},
	{
		row: "variables, labels, secrets and volumes from settings", alike: func(pod map[string]any) { submittertest.Order(pod) },
		cases: []string{"environment", "environment-twice", "secrets", "volumes", "claims", "settings-at-start"},
	},
	{row: "several directories for scratch space", cases: []string{"scratch-environment"}, alike: sortScratch},
}

func containerOf(pod map[string]any) map[string]any {
	containers := pod["spec"].(map[string]any)["containers"].([]any)
	return containers[len(containers)-1].(map[string]any)
}

// drop removes what is called name from a list.
func drop(from map[string]any, list, name string) {
	kept, _ := from[list].([]any)
	kept = slices.DeleteFunc(kept, func(v any) bool { return submittertest.NameOf(v) == name })
	from[list] = kept
	if len(kept) == 0 {
		delete(from, list)
	}
}

// sortScratch gives scratch space its directories in their order.
func sortScratch(pod map[string]any) {
	submittertest.Order(pod)
	submittertest.OrderScratch(pod)
}

// numberOptions numbers the options of Java anew, after some were taken away.
func numberOptions(container map[string]any) {
	n := 0
	for _, v := range container["env"].([]any) {
		if name := submittertest.NameOf(v); strings.HasPrefix(name, "SPARK_JAVA_OPT_") {
			v.(map[string]any)["name"] = "SPARK_JAVA_OPT_" + strconv.Itoa(n)
			n++
		}
	}
}

// anyHost forgets whom an executor asks for the driver.
func anyHost(pod map[string]any) {
	for _, v := range containerOf(pod)["env"].([]any) {
		if variable := v.(map[string]any); variable["name"] == "SPARK_DRIVER_URL" {
			url := variable["value"].(string)
			at, colon := strings.IndexByte(url, '@'), strings.LastIndexByte(url, ':')
			variable["value"] = url[:at] + "@HOST" + url[colon:]
		}
	}
}

// alike makes both sides forget what differs on purpose.
func alike(pod map[string]any, name, version string) {
	for _, d := range executorDifferences {
		inMinor := func(minor string) bool { return strings.HasPrefix(version, minor+".") }
		if (d.cases == nil || slices.Contains(d.cases, name)) && (d.minors == nil || slices.ContainsFunc(d.minors, inMinor)) {
			d.alike(pod)
		}
	}
}

// S4: an executor that Swage makes equals the one that that version's driver
// makes, field by field, but for what the masks hide and what differs on purpose.
func TestS4ExecutorsAreTheDrivers(t *testing.T) {
	for _, version := range driverVersions {
		files, err := filepath.Glob(filepath.Join("testdata", "executors", version, "*.yaml"))
		if err != nil || len(files) < 10 {
			t.Errorf("%s: %d recordings", version, len(files))
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".yaml")
			t.Run(version+"/"+name, func(t *testing.T) {
				recorded, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, by := range []submitter.ExecutorsBy{submitter.BySubmitter, submitter.ByBoth} {
					compareExecutors(t, executorCase(t, name), version, by, string(recorded))
				}
			})
		}
	}
}

// The differences that the comparison allows are those that docs/submit.md explains.
func TestS4EachDifferenceIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "submit.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| what | the driver's | Swage's | why |\n|---|---|---|---|\n")
	var written, allowed []string
	for line := range strings.Lines(table) {
		cells := strings.Split(line, " | ")
		if len(cells) != 4 {
			break
		}
		written = append(written, strings.TrimPrefix(cells[0], "| "))
	}
	for _, d := range executorDifferences {
		allowed = append(allowed, d.row)
	}
	if !slices.Equal(written, slices.Compact(allowed)) {
		t.Errorf("docs/submit.md has\n  %s\nthe test allows\n  %s", strings.Join(written, "\n  "), strings.Join(allowed, "\n  "))
	}
}

func executorCase(t *testing.T, name string) submission {
	t.Helper()
	c, err := submittertest.ReadCase(filepath.Join("testdata", "executors", "cases"), name)
	if err != nil {
		t.Fatal(err)
	}
	return submission{c}
}

func compareExecutors(t *testing.T, s submission, version string, by submitter.ExecutorsBy, recorded string) {
	t.Helper()
	objects, err := s.plan(t, func(o *submitter.Options) {
		as(version)(o)
		o.ExecutorsBy = by
	})
	if err != nil {
		t.Fatalf("%s: %v", by, err)
	}
	want, got := sparks(t, []byte(recorded)), executorsOf(t, objects)
	for _, all := range []map[string]any{want, got} {
		for _, object := range all {
			if object := object.(map[string]any); object["kind"] == "Pod" {
				settle(object)
				alike(object, s.Name, version)
			}
		}
	}
	if a, b := text(t, want), text(t, got); a != b {
		t.Errorf("the executors by %s differ:\n%s", by, udiff.Unified("driver", "swage", a, b))
	}
}

// executorsOf are the objects of the executors, under the ids that a driver would give them.
func executorsOf(t *testing.T, objects *submitter.Objects) map[string]any {
	t.Helper()
	all := map[string]any{}
	add := func(object submitter.Object, ids ...string) {
		encoded, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		var plain map[string]any
		if err := json.Unmarshal([]byte(strings.NewReplacer(ids...).Replace(string(encoded))), &plain); err != nil {
			t.Fatal(err)
		}
		mask(t, all, plain)
	}
	for _, object := range objects.Owned {
		if object.GetLabels()["spark-role"] == "executor" {
			add(object)
		}
	}
	for ordinal := range objects.Executors.Count {
		ids := []string{strconv.Itoa(1000001 + ordinal), strconv.Itoa(1 + ordinal)}
		add(objects.Executors.Pod(ordinal), ids...)
		for _, claim := range objects.Executors.Claims(ordinal) {
			add(claim, ids...)
		}
	}
	return all
}

// settle takes away what has no order in Spark: it sorts the options of Java by
// their numbers, and those that are settings, which come out of a hash table.
func settle(pod map[string]any) {
	container := containerOf(pod)
	var others, options []any
	for _, v := range container["env"].([]any) {
		if name := submittertest.NameOf(v); strings.HasPrefix(name, "SPARK_JAVA_OPT_") {
			options = append(options, v)
		} else {
			others = append(others, v)
		}
	}
	number := func(v any) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(submittertest.NameOf(v), "SPARK_JAVA_OPT_"))
		return n
	}
	slices.SortStableFunc(options, func(a, b any) int { return number(a) - number(b) })
	sortSettings(options)
	container["env"] = append(others, options...)
}

// sortSettings sorts those options that are settings: they come last, and out of a hash table.
func sortSettings(options []any) {
	value := func(v any) string { return v.(map[string]any)["value"].(string) }
	first := len(options)
	for first > 0 && strings.HasPrefix(value(options[first-1]), "-Dspark.") {
		first--
	}
	var values []string
	for _, v := range options[first:] {
		values = append(values, value(v))
	}
	slices.Sort(values)
	for i, v := range options[first:] {
		v.(map[string]any)["value"] = values[i]
	}
}
