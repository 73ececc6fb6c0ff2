package spark

import (
	"fmt"
	"os"
	"regexp"
)

// DefaultVersion is the one tested when nobody says otherwise.
const DefaultVersion = "4.1.2"

// VersionVariable is the environment variable that says otherwise.
const VersionVariable = "SPARK"

// Version is the one to test.
func Version() (string, error) {
	version := os.Getenv(VersionVariable)
	if version == "" {
		return DefaultVersion, nil
	}
	// It becomes part of paths and of a package's name.
	if !regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(version) {
		return "", fmt.Errorf("%s=%q: expected a version such as %s", VersionVariable, version, DefaultVersion)
	}
	return version, nil
}
