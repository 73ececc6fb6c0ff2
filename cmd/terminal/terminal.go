// Package terminal tells what a program's streams are connected to.
package terminal

import (
	"os"
)

// Is tells whether a stream is a terminal: whether somebody reads, or types, at its other end. The null device is a
// character device, too, and nobody is there.
func Is(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// Redraws tells whether a stream is a terminal that can move its cursor.
func Redraws(stream any, env func(name string) (string, bool)) bool {
	kind, _ := env("TERM")
	return kind != "dumb" && Is(stream)
}

// Colours tells whether to use them: on a terminal that knows them, unless the user wants none (no-color.org).
func Colours(stream any, env func(name string) (string, bool)) bool {
	none, _ := env("NO_COLOR")
	return none == "" && Redraws(stream, env)
}
