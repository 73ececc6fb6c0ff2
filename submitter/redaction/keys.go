// Package redaction knows which settings are secret, by Spark's own idea of it,
// and takes their values out of what is only to be read.
package redaction

import "regexp"

// Setting has the user's own pattern of keys whose values are secret.
const Setting = "spark.redaction.regex"

// Value stands for a secret, in Spark's own words.
const Value = "*********(redacted)"

// usual is Spark's default of Setting.
var usual = regexp.MustCompile(`(?i)secret|password|token|access[.]?key`)

// SecretName tells whether the value of what is called so is a secret, by
// Spark's default of Setting. Names of files are none.
func SecretName(name string) bool { return Keys{usual}.Has(name) }

// namesOnly are parts of Spark's keys whose values are names or paths, not secrets.
var namesOnly = regexp.MustCompile(`\.secrets\.|\.secretKeyRef\.|tokenSecret\.|\.pullSecrets$|File$|\.file$`)

// fileVariables end so by custom, which the user's own pattern may know better: AWS_WEB_IDENTITY_TOKEN_FILE,
// HADOOP_TOKEN_FILE_LOCATION.
var fileVariables = regexp.MustCompile(`_FILE$|_FILE_LOCATION$`)

// Keys are those of settings whose values nobody should read.
type Keys struct{ pattern *regexp.Regexp }

// KeysBy are those that a value of Setting names, "" being Spark's default. With
// an error, which says that it is no pattern, they are Spark's default, too.
func KeysBy(pattern string) (Keys, error) {
	if pattern == "" {
		return Keys{usual}, nil
	}
	own, err := regexp.Compile(pattern)
	if err != nil {
		return Keys{usual}, err
	}
	return Keys{own}, nil
}

// Has tells of one key. Those whose values are names or paths are none.
func (k Keys) Has(key string) bool {
	return k.pattern.MatchString(key) && !namesOnly.MatchString(key) && (k.pattern != usual || !fileVariables.MatchString(key))
}
