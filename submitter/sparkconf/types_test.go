package sparkconf_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"swage.dev/swage/submitter/sparkconf"
)

func TestMiB(t *testing.T) {
	for _, row := range []struct {
		rule, value string
		want        int64 // -1: an error
	}{
		{"without a unit it counts MiB", "1500", 1500},
		{"units are powers of two", "1g", 1024},
		{"two letters are one unit", "1gb", 1024},
		{"case and blanks do not matter", " 2T ", 2 << 20},
		{"what is less than one MiB is cut off", "2000000k", 1953},
		{"bytes", "1048575b", 0},
		{"fractions are refused", "1.5g", -1},
		{"unknown units are refused", "1x", -1},
		{"a unit alone is refused", "g", -1},
		{"negative sizes are refused", "-1g", -1},
		{"nothing is refused", "", -1},
		{"what no computer has is refused", "9999999999p", -1},
		{"more digits than 64 bits are refused", "99999999999999999999", -1},
	} {
		t.Run(row.rule, func(t *testing.T) {
			got, err := sparkconf.New(map[string]string{"k": row.value}).MiB("k", 7)
			if row.want < 0 {
				wantValueError(t, err, row.value)
			} else if err != nil || got != row.want {
				t.Errorf("%q: got %d, %v", row.value, got, err)
			}
		})
	}
}

func wantValueError(t *testing.T, err error, value string) {
	t.Helper()
	var wrong *sparkconf.ValueError
	if !errors.As(err, &wrong) || wrong.Key != "k" || wrong.Value != value {
		t.Errorf("%q: got %v", value, err)
	}
}

func TestTypes(t *testing.T) {
	conf := sparkconf.New(map[string]string{"t": " TRUE ", "f": "false", "n": " 7 ", "x": "0.25", "o": "a"})
	if b, err := conf.Bool("t", false); err != nil || !b {
		t.Errorf("t: %v, %v", b, err)
	}
	if b, err := conf.Bool("f", true); err != nil || b {
		t.Errorf("f: %v, %v", b, err)
	}
	if n, err := conf.Int("n", 0); err != nil || n != 7 {
		t.Errorf("n: %v, %v", n, err)
	}
	if x, err := conf.Float("x", 0); err != nil || x != 0.25 {
		t.Errorf("x: %v, %v", x, err)
	}
	if o, err := conf.OneOf("o", "b", "a", "b"); err != nil || o != "a" {
		t.Errorf("o: %v, %v", o, err)
	}
}

func TestWhatIsNotSetIsTheFallback(t *testing.T) {
	conf := sparkconf.New(nil)
	b, err1 := conf.Bool("k", true)
	n, err2 := conf.Int("k", 3)
	x, err3 := conf.Float("k", 0.5)
	m, err4 := conf.MiB("k", 1024)
	o, err5 := conf.OneOf("k", "z", "a")
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil || !b || n != 3 || x != 0.5 || m != 1024 || o != "z" {
		t.Errorf("%v %v %v %v %v: %v", b, n, x, m, o, err)
	}
}

func TestValuesOfAnotherType(t *testing.T) {
	for _, value := range []string{"", "maybe", "1.2.3", "NaN", "2147483648x"} {
		conf := sparkconf.New(map[string]string{"k": value})
		_, err := conf.Bool("k", true)
		wantValueError(t, err, value)
		_, err = conf.Int("k", 3)
		wantValueError(t, err, value)
		_, err = conf.Float("k", 3)
		wantValueError(t, err, value)
		_, err = conf.OneOf("k", "a", "a", "b")
		wantValueError(t, err, value)
	}
	_, err := sparkconf.New(map[string]string{"k": "2147483648"}).Int("k", 0)
	wantValueError(t, err, "2147483648")
}

func TestConf(t *testing.T) {
	source := map[string]string{"p.b": "2", "p.a": "1", "q": " x ,, y"}
	conf := sparkconf.New(source)
	other := conf.Clone()
	other.Set("q", "z")
	other.Remove("p.a")
	other.SetMissing("q", "no")
	other.SetMissing("new", "")
	if !maps.Equal(conf.All(), source) {
		t.Errorf("a clone's changes reach the original: %q", conf.All())
	}
	if !maps.Equal(other.All(), map[string]string{"p.b": "2", "q": "z", "new": ""}) || !other.Has("new") || other.Has("p.a") {
		t.Errorf("got %q", other.All())
	}
	if got := conf.Prefixed("p."); !maps.Equal(got, map[string]string{"a": "1", "b": "2"}) {
		t.Errorf("got %q", got)
	}
	if got := conf.List("q"); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("got %q", got)
	}
	if got := conf.Get("none", "p.b", "p.a"); got != "2" {
		t.Errorf("got %q", got)
	}
	var keys []string
	for key := range conf.Sorted() {
		keys = append(keys, key)
	}
	if !slices.Equal(keys, []string{"p.a", "p.b", "q"}) {
		t.Errorf("got %q", keys)
	}
}

func TestSeconds(t *testing.T) {
	for _, row := range []struct {
		rule, value string
		want        int64 // -1: an error
	}{
		{"without a unit it counts seconds", "45", 45},
		{"units", "2m", 120},
		{"the longer name of minutes", "2min", 120},
		{"hours", " 1H ", 3600},
		{"days", "1d", 86400},
		{"what is less than a second is cut off", "1999ms", 1},
		{"microseconds", "1us", 0},
		{"fractions are refused", "1.5s", -1},
		{"unknown units are refused", "1y", -1},
		{"negative times are refused", "-1s", -1},
		{"nothing is refused", "", -1},
		{"more than fits is refused", "999999999999d", -1},
	} {
		got, err := sparkconf.New(map[string]string{"k": row.value}).Seconds("k", 7)
		if row.want < 0 {
			wantValueError(t, err, row.value)
		} else if err != nil || got != row.want {
			t.Errorf("%s: %q: got %d, %v", row.rule, row.value, got, err)
		}
	}
	if got, err := sparkconf.New(nil).Seconds("k", 7); got != 7 || err != nil {
		t.Errorf("the fallback: %d, %v", got, err)
	}
}

func TestBytes(t *testing.T) {
	for value, want := range map[string]int64{"1024": 1024, "1k": 1024, "2m": 2 << 20} {
		if got, err := sparkconf.New(map[string]string{"k": value}).Bytes("k", 7); got != want || err != nil {
			t.Errorf("%s: got %d, %v", value, got, err)
		}
	}
	_, err := sparkconf.New(map[string]string{"k": "1x"}).Bytes("k", 7)
	wantValueError(t, err, "1x")
	if got, err := sparkconf.New(nil).Bytes("k", 7); got != 7 || err != nil {
		t.Errorf("the fallback: %d, %v", got, err)
	}
}
