// Package buildversion says which build a program is: by what a release wrote
// into the binary, or else by what the Go toolchain did.
package buildversion

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// released is the version of a release, for which the linker sets it
// (make release). Nothing else does.
var released string

// Version is the release's, else the module's version, or "(devel)" for a build
// that has none.
func Version() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(released, info)
}

// Line is one line about the program: its version, the commit for a build in a
// checkout, Go's version and the platform.
func Line(program string) string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("%s %s%s %s %s/%s\n", program, versionOf(released, info), commitOf(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func versionOf(released string, info *debug.BuildInfo) string {
	if released != "" {
		return released
	}
	if info == nil || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func commitOf(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return " " + setting.Value
		}
	}
	return ""
}
