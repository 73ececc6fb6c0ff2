package maven

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed jars.txt
var list string

// jar is one file of Maven Central.
type jar struct{ group, name, version, sum string }

func (j jar) file() string { return j.name + "-" + j.version + ".jar" }

func (j jar) String() string { return j.group + ":" + j.name + ":" + j.version }

// jmxExporter is the set of Prometheus' agent that exports what is in JMX.
const jmxExporter = "jmx-exporter"

// hadoopAWS is the set of what s3a takes beside a Hadoop of that version.
func hadoopAWS(version string) string { return "hadoop-aws-" + version }

// find reads the jars of a set.
func find(list, set string) ([]jar, error) {
	var jars []jar
	section := ""
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			continue
		}
		if section != set {
			continue
		}
		j, err := parse(line)
		if err != nil {
			return nil, err
		}
		jars = append(jars, j)
	}
	if len(jars) == 0 {
		return nil, fmt.Errorf("jars.txt has no jars called %s", set)
	}
	return jars, nil
}

func parse(line string) (jar, error) {
	names, sum, _ := strings.Cut(line, " ")
	parts := strings.Split(names, ":")
	const hexDigits = 64
	if len(parts) != 3 || len(sum) != hexDigits {
		return jar{}, fmt.Errorf("jars.txt: %q: expected GROUP:NAME:VERSION SHA-256", line)
	}
	return jar{group: parts[0], name: parts[1], version: parts[2], sum: sum}, nil
}
