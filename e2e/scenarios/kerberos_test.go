//go:build node

package scenarios_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/namenode"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// asks lets the driver and an executor call the service; the executor opens an
// empty file. A stranger, in the same JVM, has neither ticket nor token.
const asks = `
hadoop, conf = sc._jvm.org.apache.hadoop.fs, sc._jsc.hadoopConfiguration()
root = hadoop.Path("/")

def ask(fs):
    try:
        status = fs.getFileStatus(root)
        return [status.getOwner(), status.getGroup()]
    except Exception as refused:
        return str(refused)

tell("driver", ask(hadoop.FileSystem.get(conf)))
tell("executor", sc.textFile("/empty", 1).count())
tell("stranger", "cannot authenticate" in str(ask(hadoop.FileSystem.newInstance(hadoop.FileSystem.getDefaultUri(conf), conf, "mallory"))))
`

// readsEmpty lets an executor open a file in which there is nothing to read.
var readsEmpty = map[string]string{"spark.hadoopRDD.ignoreEmptySplits": "false"}

// S15: the client's keytab, krb5.conf and Hadoop configuration reach the driver,
// which gets a ticket by them, and by that a token for its executors.
func TestKerberosByKeytab(t *testing.T) {
	t.Parallel()
	hadoop := cluster.Hadoop(t)
	principal, keytab := hadoop.Keytab(t, "alice")
	conf := map[string]string{"spark.kubernetes.kerberos.krb5.path": hadoop.KDC.ConfigFile()}
	maps.Copy(conf, readsEmpty)
	namespace := cluster.Namespace(t)
	executorsKrb5(t, namespace, hadoop)
	run, code := cluster.SwageSubmit(t, nodetest.Job{
		Namespace: namespace, Script: asks, Conf: conf, Env: []string{"HADOOP_CONF_DIR=" + hadoop.ConfDir(t)},
	}, "--principal", principal, "--keytab", keytab)
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	wantAllLetIn(t, hadoop, run, "alice", "-")
	driver := run.Pod(t).Status.PodIP
	if ticket := (namenode.Call{Method: "getDelegationToken", User: "alice", Real: "-", By: "KERBEROS", From: driver}); !slices.Contains(hadoop.Calls(t, "alice"), ticket) {
		t.Errorf("the service gave no token to %+v, but %+v", ticket, hadoop.Calls(t, "alice"))
	}
}

// executorsKrb5 gives executors krb5.conf by a template: Spark gives it to the driver alone.
func executorsKrb5(t *testing.T, namespace string, hadoop *nodetest.Hadoop) {
	t.Helper()
	cluster.ConfigMap(t, namespace, "realm", map[string]string{"krb5.conf": hadoop.KDC.Config()})
	cluster.Template(t, namespace, "kerberos", podtemplate.Default, map[string]string{"executor.yaml": `
spec:
  containers: [{name: spark, volumeMounts: [{name: kerberos, mountPath: /etc/krb5.conf, subPath: krb5.conf}]}]
  volumes: [{name: kerberos, configMap: {name: realm}}]
`})
}

// besideCoreSite is where executors find krb5.conf without a template: among the files of Hadoop's configuration.
const besideCoreSite = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.security.krb5.conf=/opt/hadoop/conf/krb5.conf"

// S15: tokens that the user's own spark-submit obtains on behalf of somebody let the driver and an executor in as
// that one. So does a Secret that has them, without a client that knows of Kerberos.
func TestKerberosByTokens(t *testing.T) {
	t.Parallel()
	hadoop := cluster.Hadoop(t)
	namespace := cluster.Namespace(t)
	super, keytab := hadoop.Keytab(t, namenode.Superuser)
	tickets := filepath.Join(t.TempDir(), "tickets")
	if err := hadoop.KDC.Ticket(t.Context(), tickets, keytab, super); err != nil {
		t.Fatal(err)
	}
	conf := map[string]string{
		"spark.kubernetes.kerberos.krb5.path": hadoop.KDC.ConfigFile(),
		"spark.executor.extraJavaOptions":     besideCoreSite,
	}
	maps.Copy(conf, readsEmpty)
	run, code := cluster.SwageSubmit(t, nodetest.Job{
		Namespace: namespace, Script: asks, Conf: conf, Env: []string{
			"HADOOP_CONF_DIR=" + hadoop.ConfDir(t), "KRB5CCNAME=" + tickets, "PATH=" + os.Getenv("PATH"),
			"SPARK_SUBMIT_OPTS=-Djava.security.krb5.conf=" + hadoop.KDC.ConfigFile(),
		},
	}, "--tokens-by", "spark-submit", "--proxy-user", "carol")
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	wantAllLetIn(t, hadoop, run, "carol", namenode.Superuser)
	tokensFromASecret(t, namespace, hadoop)
}

// tokensFromASecret submits with the tokens of the namespace's Secret in another one, and with configuration that is
// in the cluster.
func tokensFromASecret(t *testing.T, namespace string, hadoop *nodetest.Hadoop) {
	t.Helper()
	secrets := cluster.Client().CoreV1().Secrets(namespace)
	list, err := secrets.List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list.Items, func(s corev1.Secret) bool { return strings.HasSuffix(s.Name, "-delegation-tokens") })
	if i < 0 {
		t.Fatal("no Secret has tokens")
	}
	mine := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "mine"}, Data: map[string][]byte{"carols": list.Items[i].Data["hadoop-tokens"]}}
	if _, err := secrets.Create(t.Context(), mine, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.ConfigMap(t, namespace, "realm", map[string]string{"krb5.conf": hadoop.KDC.Config()})
	cluster.ConfigMap(t, namespace, "hadoop", hadoop.Files())
	conf := map[string]string{
		"spark.executor.extraJavaOptions":               besideCoreSite,
		"spark.kubernetes.kerberos.tokenSecret.name":    "mine",
		"spark.kubernetes.kerberos.tokenSecret.itemKey": "carols",
		"spark.kubernetes.kerberos.krb5.configMapName":  "realm",
		"spark.kubernetes.hadoop.configMapName":         "hadoop",
	}
	maps.Copy(conf, readsEmpty)
	run, code := cluster.SwageSubmit(t, nodetest.Job{Namespace: namespace, Name: "again", Script: asks, Conf: conf})
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	wantAllLetIn(t, hadoop, run, "carol", namenode.Superuser)
}

// wantAllLetIn wants that the service let the driver and its executors in, as user and by a token that was given to
// real on its behalf, and nobody without a ticket.
func wantAllLetIn(t *testing.T, hadoop *nodetest.Hadoop, run *nodetest.Run, user, real string) {
	t.Helper()
	told := run.Told(t)
	told.Want(t, "driver", []string{user, "TOKEN"})
	told.Want(t, "executor", 0)
	told.Want(t, "stranger", true)
	opened := namenode.Call{Method: "getBlockLocations", User: user, Real: real, By: "TOKEN"}
	executors, calls := run.Executors(t), hadoop.Calls(t, user)
	if !slices.ContainsFunc(executors, func(pod corev1.Pod) bool {
		opened.From = pod.Status.PodIP
		return slices.Contains(calls, opened)
	}) {
		t.Errorf("no executor opened the file: %+v is not in %+v", opened, calls)
	}
}
