package needs

import (
	"errors"
	"slices"
	"testing"
)

func TestMissing(t *testing.T) {
	rows := []struct {
		rule    string
		command []string
		want    bool
	}{
		{"a program in PATH is there", []string{"go"}, false},
		{"a path is, too", []string{"/bin/sh"}, false},
		{"a program that nobody has is not", []string{"swage-no-such-program"}, true},
		{"nor is a file that is no program", []string{"/etc/passwd"}, true},
		{"with arguments it must succeed", []string{"go", "version"}, false},
		{"one that fails is not enough", []string{"go", "no-such-command"}, true},
		{"nor is one that is not there", []string{"swage-no-such-program", "version"}, true},
	}
	for _, row := range rows {
		got := Missing(t.Context(), []Need{{Package: "it", Command: row.command}})
		if missing := slices.Equal(got, []string{"it"}); missing != row.want {
			t.Errorf("%s: missing: %q, want %t", row.rule, got, row.want)
		}
	}
}

func TestAllThatIsMissingIsSaidAtOnce(t *testing.T) {
	const sorry = "this machine cannot run nodes and Spark as it is: "
	rows := []struct {
		user     int
		packages []string
		want     string
	}{
		{0, nil, ""},
		{1000, nil, sorry + "it takes root"},
		{0, []string{"runc", "iptables"}, sorry + "install Debian's runc iptables (make e2e-deps does)"},
		{1000, []string{"runc"}, sorry + "it takes root; install Debian's runc (make e2e-deps does)"},
	}
	for _, row := range rows {
		err := verdict(row.user, row.packages)
		if row.want == "" {
			if err != nil {
				t.Errorf("nothing is missing: got %v", err)
			}
			continue
		}
		if !errors.Is(err, ErrNotPossible) || err.Error() != row.want {
			t.Errorf("got %v, want %s", err, row.want)
		}
	}
}
