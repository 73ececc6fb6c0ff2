package submitter_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
)

// A value that cannot be is refused by the name that the user gave it, before anything is created.
func TestValuesThatCannotBe(t *testing.T) {
	long := strings.Repeat("x", 300)
	driver := func(factor string) []string { return []string{"--conf", "spark.driver.memoryOverheadFactor=" + factor} }
	files := func(options ...string) []string { return options }
	for _, row := range []struct {
		rule string
		args []string
		says string // "": it can be
	}{
		{"a name that makes no pod's", []string{"--name", long}, "the application's name (--name, spark.app.name) has 300 characters: what is made for it is called after it, and names have 253 characters at most"},
		{"the same, of letters that take several bytes", []string{"--name", "é" + long}, "has 301 characters"},
		{"one that makes only other objects'", []string{"--name", long, "--conf", "spark.kubernetes.driver.pod.name=d", "--conf", "spark.kubernetes.authenticate.driver.oauthToken=t"}, "the application's name (--name, spark.app.name) has 300 characters"},
		{"one that fits", []string{"--name", long[:210]}, ""},
		{"a driver's name", []string{"--conf", "spark.kubernetes.driver.pod.name=" + long}, "spark.kubernetes.driver.pod.name is"},

		{"no overhead of a driver", driver("0"), "spark.driver.memoryOverheadFactor is 0: Ensure that memory overhead is a double greater than 0"},
		{"a negative one", driver("-0.1"), "is -0.1: Ensure that"},
		{"no number", driver("NaN"), `spark.driver.memoryOverheadFactor is "NaN": expected a number`},
		{"one that is no amount", driver("1e300"), "is 1e300: expected a factor"},
		{"a small one", driver("0.01"), ""},
		{"an executor's, though the driver makes executors", []string{"--conf", "spark.executor.memoryOverheadFactor=-1"}, "spark.executor.memoryOverheadFactor is -1: Ensure that memory overhead is a double greater than 0"},
		{"a negative one of both", []string{"--conf", "spark.kubernetes.memoryOverheadFactor=-1"}, "spark.kubernetes.memoryOverheadFactor is -1: Ensure that memory overhead is non-negative"},
		{"none of both", []string{"--conf", "spark.kubernetes.memoryOverheadFactor=0"}, ""},

		{"a name out of the directory", files("--files", "/a.txt#../x"), "/a.txt#../x: #../x is no name of a file in the driver's directory"},
		{"one on the way", files("--files", "/a.txt#x/../../y"), "#x/../../y is no name"},
		{"one from the root on", files("--archives", "s3a://b/a.tgz#/etc"), "s3a://b/a.tgz#/etc: #/etc is no name"},
		{"the directory itself", files("--archives", "local:///a.tgz#."), "#. is no name"},
		{"one that is escaped", files("--py-files", "https://h/a.zip#%2e%2e/x"), "#%2e%2e/x is no name"},
		{"none", files("--files", "/a.txt#"), "/a.txt#: # is no name"},
		{"one that would steer a terminal", files("--files", "/a.txt#a\x1b[2J"), `--files: the name behind # of "/a.txt#a\x1b[2J" has a control character`},
		{"the same, escaped", files("--archives", "s3a://b/a.tgz#a%0Ab"), "--archives: the name behind # of"},
		{"one of more bytes than a file's has", files("--files", "/a.txt#"+strings.Repeat("é", 128)), "is too long: no file system stores a name of more than 255 bytes"},
		{"the same of a folder within", files("--conf", "spark.submit.pyFiles=s3a://b/a.zip#x/"+long+"/y"), "--py-files: the name behind # of"},
		{"the longest", files("--files", "/a.txt#x/"+long[:255]), ""},
		{"the longest, escaped", files("--files", "/a.txt#"+strings.Repeat("%61", 255)), ""},
		{"a folder within", files("--archives", "s3a://b/a.tgz#x/y"), ""},
		{"another name", files("--files", "/a.txt#..x"), ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := (request{args: row.args, files: fstest.MapFS{"a.txt": {Data: []byte("a")}}}).plan(t)
			if (err == nil) != (row.says == "") || err != nil && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An id that does not count, as spark-submit's, is told, where a Job gives each attempt its own, too.
func TestAnIDThatDoesNotCountIsTold(t *testing.T) {
	const says = "spark.app.id=mine does not count"
	for rule, job := range map[string]*submitter.JobOptions{"a driver": nil, "a Job": {Retries: 1}} {
		options := request{args: []string{"--conf", "spark.app.id=mine"}}.options(t)
		options.Job = job
		objects, err := submitter.Plan(options)
		if err != nil || !strings.Contains(strings.Join(objects.Notes, "\n"), says) {
			t.Errorf("%s: %q, %v", rule, objects.Notes, err)
		}
	}
	if notes := strings.Join(request{}.must(t).Notes, "\n"); strings.Contains(notes, "does not count") {
		t.Errorf("nobody gave one: %s", notes)
	}
}
