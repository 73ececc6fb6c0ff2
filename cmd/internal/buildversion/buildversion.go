// Package buildversion says which build a program is, from what the Go toolchain
// wrote into the binary.
package buildversion

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version is the module's version, or "(devel)" for a build that has none.
func Version() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info)
}

// Line is one line about the program: its version, the commit for a build in a
// checkout, Go's version and the platform.
func Line(program string) string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("%s %s%s %s %s/%s\n", program, versionOf(info), commitOf(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func versionOf(info *debug.BuildInfo) string {
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
