package maven

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"swage.dev/swage/e2e/cachedir"
	"swage.dev/swage/e2e/filelock"
	"swage.dev/swage/e2e/needs"
	"swage.dev/swage/e2e/spark"
)

// ErrOtherJar says that a jar is not the one that jars.txt means.
var ErrOtherJar = errors.New("the jar is another one than expected")

// plugin is Maven's own, which copies jars into a folder.
const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

// HadoopAWS are the jars that the Spark in a home lacks to have s3a, in a folder
// that has nothing else. Several processes may call it at once.
func HadoopAWS(ctx context.Context, sparkHome string) (dir string, err error) {
	hadoop, err := spark.Hadoop(sparkHome)
	if err != nil {
		return "", err
	}
	return jarsOf(ctx, hadoopAWS(hadoop))
}

// JMXExporter is Prometheus' agent, which exports what is in JMX. Several
// processes may call it at once.
func JMXExporter(ctx context.Context) (path string, err error) {
	dir, err := jarsOf(ctx, jmxExporter)
	if err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("%d jars in %s, want one", len(found), dir)
	}
	if err != nil {
		return "", err
	}
	return found[0], nil
}

// jarsOf makes sure that the jars of a set are there and returns their folder.
func jarsOf(ctx context.Context, set string) (dir string, err error) {
	cache, err := cachedir.Of("maven")
	if err != nil {
		return "", err
	}
	jars, err := find(list, set)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := filelock.Take(ctx, filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	dir = filepath.Join(cache, folder(set, jars))
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return dir, err
	}
	if err := download(ctx, jars, dir+".unfinished"); err != nil {
		return "", fmt.Errorf("bring the jars of %s: %w", set, err)
	}
	return dir, os.Rename(dir+".unfinished", dir)
}

// folder is named after the jars, too: a changed list is not hidden by what is there.
func folder(set string, jars []jar) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%#v", jars))
	return set + "-" + hex.EncodeToString(sum[:4])
}

func download(ctx context.Context, jars []jar, dir string) error {
	if missing := needs.Missing(ctx, needs.Maven()); len(missing) > 0 {
		return fmt.Errorf("%w: install Debian's %s (make e2e-deps does)", needs.ErrNotPossible, strings.Join(missing, " "))
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	project, err := os.MkdirTemp("", "swage-maven-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(project)
	if err := os.WriteFile(filepath.Join(project, "pom.xml"), []byte(pom(jars)), 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "mvn", "--batch-mode", "--quiet", plugin, "-DoutputDirectory="+dir)
	cmd.Dir = project
	if out, err := cmd.CombinedOutput(); err != nil {
		const enough = 2000
		return fmt.Errorf("mvn: %w: %s", err, out[max(0, len(out)-enough):])
	}
	return verify(jars, dir)
}

// pom is a project that depends on these jars and on nothing that they depend on.
func pom(jars []jar) string {
	var all strings.Builder
	for _, j := range jars {
		fmt.Fprintf(&all, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>"+
			"<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>\n", j.group, j.name, j.version)
	}
	return "<project><modelVersion>4.0.0</modelVersion><groupId>swage</groupId><artifactId>jars</artifactId><version>1</version>\n" +
		"<dependencies>\n" + all.String() + "</dependencies></project>\n"
}

// verify wants exactly these jars in a folder.
func verify(jars []jar, dir string) error {
	for _, j := range jars {
		sum, err := digest(filepath.Join(dir, j.file()))
		if err != nil {
			return err
		}
		if sum != j.sum {
			return fmt.Errorf("%w: %s has the SHA-256 %s", ErrOtherJar, j, sum)
		}
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) != len(jars) {
		err = fmt.Errorf("%w: %d files came instead of %d", ErrOtherJar, len(entries), len(jars))
	}
	return err
}

func digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
