package buildversion

import (
	"regexp"
	"runtime/debug"
	"testing"
)

func TestVersionAndCommit(t *testing.T) {
	module := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	checkout := &debug.BuildInfo{
		Main:     debug.Module{Version: "v1.2.4-0.20260101000000-0123456789ab"},
		Settings: []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0123456789abcdef"}},
	}
	for _, row := range []struct {
		rule, released  string
		info            *debug.BuildInfo
		version, commit string
	}{
		{"a binary that says nothing", "", nil, "(devel)", ""},
		{"a build without a version", "", &debug.BuildInfo{}, "(devel)", ""},
		{"a released module", "", module, "v1.2.3", ""},
		{"a checkout has a commit too", "", checkout, "v1.2.4-0.20260101000000-0123456789ab", " 0123456789abcdef"},
		{"a release says so", "v1.3.0", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "v1.3.0", ""},
	} {
		if version, commit := versionOf(row.released, row.info), commitOf(row.info); version != row.version || commit != row.commit {
			t.Errorf("%s: %q %q", row.rule, version, commit)
		}
	}
}

func TestLine(t *testing.T) {
	if line := Line("swage"); !regexp.MustCompile(`^swage \S+( [0-9a-f]+)? go\S+ \w+/\w+\n$`).MatchString(line) {
		t.Errorf("%q", line)
	}
}
