package sparkconf_test

import (
	"testing"

	"swage.dev/swage/submitter/sparkconf"
)

func TestReferences(t *testing.T) {
	conf := sparkconf.New(map[string]string{
		"spark.a": "1", "spark.b": "${spark.a}", "spark.circle": "x${spark.round}", "spark.round": "y${spark.circle}", "other": "2",
		"spark.on": "true", "spark.n": "7", "spark.size": "2g",
	})
	conf.SetEnv(func(name string) (string, bool) { return "of-" + name, name == "HOME" })
	for _, row := range []struct{ rule, value, want string }{
		{"a setting", "<${spark.a}>", "<1>"},
		{"several", "${spark.a}/${spark.a}", "1/1"},
		{"one that refers on", "${spark.b}", "1"},
		{"a variable", "${env:HOME}", "of-HOME"},
		{"a variable that is not set stays", "${env:NONE}", "${env:NONE}"},
		{"a setting that is not made stays", "${spark.none}", "${spark.none}"},
		{"only Spark's settings are referred to", "${other}", "${other}"},
		{"another kind stays", "${system:java.version}", "${system:java.version}"},
		{"a circle stays where it closes", "${spark.circle}", "xy${spark.circle}"},
		{"no reference", "$spark.a ${ } {}", "$spark.a ${ } {}"},
	} {
		conf.Set("spark.k", row.value)
		if got := conf.Get("spark.k"); got != row.want {
			t.Errorf("%s: %s: got %s, want %s", row.rule, row.value, got, row.want)
		}
		if raw := conf.Raw("spark.k"); raw != row.value {
			t.Errorf("%s: raw: got %s", row.rule, raw)
		}
		if prefixed := conf.Prefixed("spark."); prefixed["k"] != row.value {
			t.Errorf("%s: settings of a prefix are taken as they are: got %s", row.rule, prefixed["k"])
		}
	}
}

func TestTypesFollowReferences(t *testing.T) {
	conf := sparkconf.New(map[string]string{"spark.on": "true", "b": "${spark.on}", "spark.n": "7", "n": "${spark.n}", "m": "${spark.n}g", "l": "${spark.n},8"})
	b, err1 := conf.Bool("b", false)
	n, err2 := conf.Int("n", 0)
	f, err3 := conf.Float("n", 0)
	m, err4 := conf.MiB("m", 0)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || !b || n != 7 || f != 7 || m != 7*1024 || len(conf.List("l")) != 2 || conf.List("l")[0] != "7" {
		t.Errorf("%v %v %v %v %q: %v %v %v %v", b, n, f, m, conf.List("l"), err1, err2, err3, err4)
	}
}
