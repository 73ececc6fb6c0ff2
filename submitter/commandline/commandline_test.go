package commandline_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/submitter/commandline"
)

func TestParse(t *testing.T) {
	line, err := commandline.Parse([]string{
		"--name", "first", "--name=second", "-c", "a=1", "--conf=b=2=3", "--conf", "c=", "--conf", "a=4",
		"--verbose", "--dry-run", "-o", "yaml", "--jars", "--verbose",
		"local:///app.jar", "--name", "third", "-x", "",
	}, commandline.Own{Name: "--dry-run", Switch: true}, commandline.Own{Name: "--output", Short: "-o"})
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, holds bool) {
		if t.Helper(); !holds {
			t.Errorf("%s does not hold of %+v", what, line)
		}
	}
	check("the first word without dashes is the program", line.Resource == "local:///app.jar")
	check("what follows it is the application's, dashes or not", slices.Equal(line.Args, []string{"--name", "third", "-x", ""}))
	check("a later option wins, and = attaches a value", line.Values["--name"] == "second")
	check("--conf is cut at the first =, and the last one wins", maps.Equal(line.Conf, map[string]string{"a": "4", "b": "2=3", "c": ""}))
	check("a value may look like an option", line.Values["--jars"] == "--verbose")
	check("switches have no value", line.Switches["--verbose"])
	check("own options are kept apart", maps.Equal(line.Own, map[string]string{"--dry-run": "true", "--output": "yaml"}))
	check("options are settings", maps.Equal(line.Settings(), map[string]string{"spark.app.name": "second", "spark.jars": "--verbose"}))
}

func TestOwnSwitchesMayHaveAValueAttached(t *testing.T) {
	line, err := commandline.Parse([]string{"--dry-run=client", "x"}, commandline.Own{Name: "--dry-run", Switch: true})
	if err != nil || line.Own["--dry-run"] != "client" || line.Resource != "x" {
		t.Errorf("got %+v, %v", line, err)
	}
}

func TestNothingIsNoError(t *testing.T) {
	if line, err := commandline.Parse(nil); err != nil || line.Resource != "" || len(line.Args) != 0 {
		t.Errorf("got %+v, %v", line, err)
	}
}

// The sentences are those that scripts of spark-submit's users know.
func TestErrors(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"--colour", "red"}, "Unrecognized option: --colour"},
		{[]string{"--colour=red"}, "Unrecognized option: --colour"},
		{[]string{"-x"}, "Unrecognized option: -x"},
		{[]string{"--name"}, "Missing argument for option '--name'."},
		{[]string{"--verbose", "-c"}, "Missing argument for option '-c'."},
		{[]string{"--conf", "spark.a"}, "Invalid argument to --conf: spark.a"},
	} {
		if _, err := commandline.Parse(row.args); !errors.Is(err, commandline.ErrUsage) || err.Error() != row.want {
			t.Errorf("%q: got %v, want %s", row.args, err, row.want)
		}
	}
}

func TestUsageLeavesOutWhatMeansNothing(t *testing.T) {
	usage := commandline.Usage()
	for _, option := range []string{"--queue", "--supervise", "--total-executor-cores"} {
		if strings.Contains(usage, option) {
			t.Errorf("%s is in the usage", option)
		}
	}
	if !strings.Contains(usage, "  -c, --conf KEY=VALUE           a setting\n") {
		t.Errorf("got %s", usage)
	}
}

// FuzzParse: every word is the program, an application's argument, an option or its value; nothing is lost or made up.
func FuzzParse(f *testing.F) {
	f.Add("--name\x00a\x00x\x00--name")
	f.Add("--conf=a=b\x00-v\x00\x00y")
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\x00")
		line, err := commandline.Parse(args)
		if err != nil {
			return
		}
		if !slices.Equal(line.Args, args[len(args)-len(line.Args):]) {
			t.Errorf("%q: the application's arguments are %q", args, line.Args)
		}
		if line.Resource != "" && args[len(args)-len(line.Args)-1] != line.Resource {
			t.Errorf("%q: the program is %q", args, line.Resource)
		}
	})
}
