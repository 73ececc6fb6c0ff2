//go:build node

package scenarios_test

import (
	"testing"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// Hadoop's configuration and Kerberos' come by a template, and the JVMs of the
// driver and of the executor read them: SQL's java_method runs where the rows are.
func TestHadoopAndKerberosConfiguration(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.ConfigMap(t, namespace, "hadoop", map[string]string{
		"core-site.xml": "<configuration><property><name>swage.test</name><value>read</value></property>" +
			"<property><name>hadoop.security.auth_to_local</name><value>RULE:[1:$1] DEFAULT</value></property></configuration>",
	})
	cluster.ConfigMap(t, namespace, "kerberos", map[string]string{
		"krb5.conf": "[libdefaults]\n  default_realm = SWAGE.TEST\n[realms]\n  SWAGE.TEST = {\n    kdc = kdc.swage.test\n  }\n",
	})
	cluster.Template(t, namespace, "configuration", podtemplate.Default, map[string]string{"pod.yaml": `
spec:
  containers:
  - name: spark
    env: [{name: HADOOP_CONF_DIR, value: /etc/hadoop}]
    volumeMounts:
    - {name: hadoop, mountPath: /etc/hadoop}
    - {name: kerberos, mountPath: /etc/krb5.conf, subPath: krb5.conf}
  volumes:
  - {name: hadoop, configMap: {name: hadoop}}
  - {name: kerberos, configMap: {name: kerberos}}
`})
	run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Script: `
tell("hadoop", sc._jsc.hadoopConfiguration().get("swage.test"))
tell("realm", sc._jvm.javax.security.auth.kerberos.KerberosPrincipal("alice").getName())
from pyspark.sql import SparkSession
names = "org.apache.hadoop.security.authentication.util.Kerberos"
tell("executor's JVM", list(SparkSession(sc).sql("SELECT java_method('" + names + "Name', 'getRules'), java_method('" + names + "Util', 'getDefaultRealm') FROM range(1)").first()))
tell("executors", on_executors(sc, 1, lambda: [
    os.environ["HADOOP_CONF_DIR"], os.path.exists("/etc/hadoop/core-site.xml"), "SWAGE.TEST" in read("/etc/krb5.conf")]))
`})
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "hadoop", "read")
	told.Want(t, "realm", "alice@SWAGE.TEST")
	told.Want(t, "executor's JVM", []any{"RULE:[1:$1]\nDEFAULT", "SWAGE.TEST"})
	told.Want(t, "executors", map[string]any{"1": []any{"/etc/hadoop", true, true}})
	for _, pod := range append(run.Executors(t), *run.Pod(t)) {
		wantOnce(t, &pod)
	}
}
