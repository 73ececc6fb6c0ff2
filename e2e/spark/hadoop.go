package spark

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Hadoop is the version of the Hadoop that the Spark in a home has.
func Hadoop(home string) (string, error) {
	const name, suffix = "hadoop-client-api-", ".jar"
	jars, err := filepath.Glob(filepath.Join(home, "jars", name+"*"+suffix))
	if err != nil {
		return "", err
	}
	if len(jars) != 1 {
		return "", fmt.Errorf("%d jars of Hadoop in %s, want one", len(jars), home)
	}
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(jars[0]), name), suffix), nil
}
