package buildversion

import (
	"regexp"
	"runtime/debug"
	"testing"
)

func TestVersionAndCommit(t *testing.T) {
	released := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	checkout := &debug.BuildInfo{
		Main:     debug.Module{Version: "v1.2.4-0.20260101000000-0123456789ab"},
		Settings: []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0123456789abcdef"}},
	}
	for _, row := range []struct {
		rule            string
		info            *debug.BuildInfo
		version, commit string
	}{
		{"a binary that says nothing", nil, "(devel)", ""},
		{"a build without a version", &debug.BuildInfo{}, "(devel)", ""},
		{"a released module", released, "v1.2.3", ""},
		{"a checkout has a commit too", checkout, "v1.2.4-0.20260101000000-0123456789ab", " 0123456789abcdef"},
	} {
		if version, commit := versionOf(row.info), commitOf(row.info); version != row.version || commit != row.commit {
			t.Errorf("%s: %q %q", row.rule, version, commit)
		}
	}
}

func TestLine(t *testing.T) {
	if line := Line("swage"); !regexp.MustCompile(`^swage \S+( [0-9a-f]+)? go\S+ \w+/\w+\n$`).MatchString(line) {
		t.Errorf("%q", line)
	}
}
