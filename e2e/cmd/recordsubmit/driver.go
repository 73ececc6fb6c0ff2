package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"swage.dev/swage/submitter/properties"
	"swage.dev/swage/submitter/submittertest"
)

// recordDriver runs the driver of a case on this machine, with the settings
// and the variables that spark-submit gave it, until it has asked for all of
// its executors, and writes what it asked for.
func (r *recorder) recordDriver(ctx context.Context, c submittertest.Case) error {
	cluster := &notes{}
	listening := httptest.NewServer(cluster)
	said, err := r.submit(ctx, listening.URL, c)
	listening.Close()
	if err != nil {
		return fmt.Errorf("%w: %s", err, reason(said))
	}
	d, err := newDriver(r, cluster)
	if err != nil {
		return err
	}
	defer d.clean()
	if err := d.run(ctx); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.testdata, "executors", r.version, c.Name+".yaml"), d.server.yaml(), 0o644)
}

// driver is one that runs here and not in its pod.
type driver struct {
	recorder  *recorder
	server    *drivers
	folder    string // its working directory, with the files that its pod would have
	args, env []string
	scratch   []string
	executors int
}

func newDriver(r *recorder, submitted *notes) (*driver, error) {
	folder, err := os.MkdirTemp("", "driver-")
	if err != nil {
		return nil, err
	}
	pod := submitted.find("Pod", "")
	d := &driver{recorder: r, server: &drivers{pod: ready(pod)}, folder: folder, executors: 2}
	container := sparkContainer(pod)
	settings, err := d.writeConf(submitted)
	if err != nil {
		return nil, err
	}
	if n := settings["spark.executor.instances"]; n != "" {
		_, _ = fmt.Sscan(n, &d.executors)
	}
	d.chooseEnv(container)
	return d, d.chooseArgs(container, submitted)
}

// writeConf writes the files of /opt/spark/conf, and makes those of the cases reachable.
func (d *driver) writeConf(submitted *notes) (map[string]string, error) {
	conf := filepath.Join(d.folder, "conf")
	if err := os.Mkdir(conf, 0o755); err != nil {
		return nil, err
	}
	data, _ := submitted.find("ConfigMap", "spark-drv-")["data"].(map[string]any)
	for name, text := range data {
		if name == "spark.kubernetes.namespace" {
			continue // not mounted
		}
		if err := os.WriteFile(filepath.Join(conf, name), []byte(text.(string)), 0o600); err != nil {
			return nil, err
		}
	}
	cases, err := filepath.Abs(filepath.Join(d.recorder.testdata, "cases", "files"))
	if err != nil {
		return nil, err
	}
	if err := os.Symlink(cases, filepath.Join(d.folder, "files")); err != nil {
		return nil, err
	}
	text, _ := data["spark.properties"].(string)
	return properties.Parse(text)
}

// quickStart is for JVMs that live for seconds.
const quickStart = "JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

func (d *driver) chooseEnv(container map[string]any) {
	home, _ := filepath.Abs(d.recorder.home)
	d.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "SPARK_HOME=" + home, "LC_ALL=C.UTF-8", quickStart}
	variables, _ := container["env"].([]any)
	for _, v := range variables {
		variable := v.(map[string]any)
		name, value := variable["name"].(string), fmt.Sprint(variable["value"])
		switch {
		case variable["valueFrom"] != nil:
		case name == "SPARK_CONF_DIR":
			d.env = append(d.env, name+"="+filepath.Join(d.folder, "conf"))
		default:
			d.env = append(d.env, name+"="+value)
		}
		if name == "SPARK_LOCAL_DIRS" {
			d.scratch = strings.Split(value, ",")
		}
	}
}

// chooseArgs are those of the entrypoint of Spark's image, with an address of
// this machine and a program that exists on it.
func (d *driver) chooseArgs(container map[string]any, submitted *notes) error {
	given, _ := container["args"].([]any)
	args := []string{
		"--conf", "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.executorEnv.SPARK_DRIVER_POD_IP=127.0.0.1",
		"--deploy-mode", "client",
	}
	for _, arg := range given[1:slices.Index(given, any("--class"))] {
		args = append(args, strings.ReplaceAll(arg.(string), "/opt/spark/conf", filepath.Join(d.folder, "conf")))
	}
	if template := submitted.find("ConfigMap", "podspec-conf-map"); template != nil {
		file := filepath.Join(d.folder, "template.yaml")
		data := template["data"].(map[string]any)
		if err := os.WriteFile(file, []byte(data["podspec-configmap-key"].(string)), 0o600); err != nil {
			return err
		}
		args = append(args, "--conf", "spark.kubernetes.executor.podTemplateFile="+file)
	}
	d.args = append(args, "--class", "Wait")
	return nil
}

const program = `public class Wait {
	public static void main(String[] args) throws Exception {
		new org.apache.spark.SparkContext(new org.apache.spark.SparkConf());
		Thread.sleep(600000);
	}
}
`

// compile makes the driver's program, which does nothing but start a SparkContext.
func (d *driver) compile(ctx context.Context) (string, error) {
	source := filepath.Join(d.folder, "Wait.java")
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		return "", err
	}
	jars, _ := filepath.Abs(filepath.Join(d.recorder.home, "jars"))
	for _, command := range [][]string{
		{"javac", "-nowarn", "-cp", jars + "/*", "-d", d.folder, source},
		{"jar", "--create", "--file", filepath.Join(d.folder, "wait.jar"), "-C", d.folder, "Wait.class"},
	} {
		if out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w: %s", command[0], err, out)
		}
	}
	return filepath.Join(d.folder, "wait.jar"), nil
}

var errNoExecutors = errors.New("the driver ended or did not ask for its executors")

func (d *driver) run(ctx context.Context) error {
	jar, err := d.compile(ctx)
	if err != nil {
		return err
	}
	listening := httptest.NewUnstartedServer(d.server)
	listening.Start()
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	home, _ := filepath.Abs(d.recorder.home)
	cmd := exec.CommandContext(ctx, filepath.Join(home, "bin", "spark-submit"), append(d.args, "--conf", "spark.kubernetes.driver.master="+listening.URL, jar)...)
	cmd.Dir, cmd.Env = d.folder, d.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	whole := d.awaitExecutors(ended)
	stop()
	<-ended
	listening.CloseClientConnections()
	listening.Close()
	if !whole {
		return fmt.Errorf("%w: %s", errNoExecutors, out.String())
	}
	return nil
}

// awaitExecutors waits until there are as many pods as wanted, and for a while
// nothing more.
func (d *driver) awaitExecutors(ended <-chan struct{}) bool {
	const quiet = 2 * time.Second
	last, since := 0, time.Now()
	for {
		select {
		case <-ended:
			return false
		case <-time.After(100 * time.Millisecond):
		}
		pods, all := d.server.count()
		if all != last {
			last, since = all, time.Now()
		}
		if pods >= d.executors && time.Since(since) > quiet {
			return true
		}
	}
}

// clean removes the folders that the driver made where its pod has volumes.
func (d *driver) clean() {
	_ = os.RemoveAll(d.folder)
	for _, dir := range d.scratch {
		_ = os.RemoveAll(dir)
	}
}

func sparkContainer(pod map[string]any) map[string]any {
	spec, _ := pod["spec"].(map[string]any)
	containers, _ := spec["containers"].([]any)
	container, _ := containers[len(containers)-1].(map[string]any)
	return container
}
