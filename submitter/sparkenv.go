package submitter

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// readVariables are those of the client's environment that have a meaning here.
var readVariables = []string{
	envMaster, envDeployMode, envDriverMem, envExecMem, envExecCores, envHadoopConf, envYarnConf, envUser, envLocalDirs,
	envPython, envPythonOwn, envSubmitOpts, envHadoopUser,
}

var assignment = regexp.MustCompile(`(?m)^\s*(?:export\s+)?([A-Z_]+)=`)

// noteSparkEnv follows S12: spark-env.sh is a program and is not run, which its
// user should know where it would have set something.
func (b *build) noteSparkEnv() {
	text, err := b.client.read("environment", path.Join(b.client.confDir(), "spark-env.sh"))
	if err != nil || b.client.confDir() == "" {
		return
	}
	var lost []string
	for _, match := range assignment.FindAllStringSubmatch(string(text), -1) {
		_, set := b.client.env(match[1])
		if !set && slices.Contains(readVariables, match[1]) && !slices.Contains(lost, match[1]) {
			lost = append(lost, match[1])
		}
	}
	if len(lost) > 0 {
		b.note("spark-env.sh is not run; it sets " + strings.Join(lost, ", ") + ": set them in the environment")
	}
}
