package submitter_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// kerberized is a core-site.xml that asks for tickets.
const kerberized = "<configuration><property><name>hadoop.security.authentication</name><value> Kerberos </value></property></configuration>"

var (
	byKeytab = []string{"--principal", "a@B", "--keytab", "/k.keytab"}
	byTokens = []string{"--conf", "spark.kubernetes.kerberos.tokenSecret.name=t", "--conf", "spark.kubernetes.kerberos.tokenSecret.itemKey=k"}
	onBehalf = []string{"--proxy-user", "bob"}
)

// S15: where nobody can tell whether Hadoop asks for tickets, somebody is told.
func TestS15ACoreSiteThatIsNotUnderstoodIsNoted(t *testing.T) {
	const said = "the client's core-site.xml is not understood"
	for _, row := range []struct {
		rule, text string
		noted      bool
	}{
		{"cut off", "<configuration><property><name>a", true},
		{"an entity of its own", `<!DOCTYPE c [<!ENTITY k "kerberos">]><configuration><property><name>a</name><value>&k;</value></property></configuration>`, true},
		{"no property", "<configuration/>", false},
		{"simple", strings.Replace(kerberized, "Kerberos", "simple", 1), false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			files := fstest.MapFS{"h/core-site.xml": {Data: []byte(row.text)}}
			objects, err := request{env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files}.plan(t)
			if err != nil {
				t.Fatal(err)
			}
			if noted := strings.Contains(strings.Join(objects.Notes, "\n"), said); noted != row.noted {
				t.Errorf("notes: %q", objects.Notes)
			}
		})
	}
}

// S15: what core-site.xml says counts although it includes other files, of which is told what is true: they may say more.
func TestS15ACoreSiteThatIncludesOthers(t *testing.T) {
	including := strings.Replace(kerberized, "<configuration>", `<configuration xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="b.xml"/>`, 1)
	r := request{env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: fstest.MapFS{"h/core-site.xml": {Data: []byte(including)}}}
	if _, err := r.plan(t); err == nil {
		t.Error("what it says of Kerberos does not count")
	}
	r.args = byTokens
	if notes := strings.Join(r.must(t).Notes, "\n"); !strings.Contains(notes, "may not be known here: it includes other files") {
		t.Errorf("notes: %q", notes)
	}
}

// S15: a value that refers to another is not known here, which is told.
func TestS15AnAuthenticationThatRefersToAnother(t *testing.T) {
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte(strings.Replace(kerberized, "Kerberos", "${env.AUTH}", 1))}}
	objects := request{env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files}.must(t)
	if notes := strings.Join(objects.Notes, "\n"); !strings.Contains(notes, "core-site.xml says ${env.AUTH} for hadoop.security.authentication") {
		t.Errorf("notes: %q", notes)
	}
}

// Java reads nothing of a krb5.conf that includes what is not there, and only the file itself is taken to the driver.
func TestS15IncludesOfKrb5ConfAreNoted(t *testing.T) {
	for _, row := range []struct {
		text  string
		noted bool
	}{
		{"includedir /etc/krb5.conf.d/\n[libdefaults]\n", true},
		{"# x\n  include /etc/other\n", true},
		{"[libdefaults]\n includes = 1\n# includedir /x\n", false},
	} {
		files := fstest.MapFS{"krb5.conf": {Data: []byte(row.text)}}
		notes := request{args: []string{"--conf", "spark.kubernetes.kerberos.krb5.path=/krb5.conf"}, files: files}.must(t).Notes
		if noted := strings.Contains(strings.Join(notes, "\n"), "krb5.conf has \"include"); noted != row.noted {
			t.Errorf("%q: notes %q", row.text, notes)
		}
	}
}

// What is no text in Hadoop's folder, such as a keystore, arrives as it is: Spark's client writes it as text, which spoils it.
func TestHadoopFilesThatAreNoText(t *testing.T) {
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte("<configuration/>")}, "h/trust.jks": {Data: []byte("\xfe\xed\x00")}}
	objects := request{env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files}.must(t)
	for _, object := range objects.Owned {
		if m, is := object.(*corev1.ConfigMap); is && strings.HasSuffix(m.Name, "-hadoop-config") {
			if m.Data["core-site.xml"] != "<configuration/>" || string(m.BinaryData["trust.jks"]) != "\xfe\xed\x00" || len(m.Data) != 1 {
				t.Errorf("got %q and %q", m.Data, m.BinaryData)
			}
			return
		}
	}
	t.Error("there is no such ConfigMap")
}

func TestS15KerberosTakesAKeytabOrTokens(t *testing.T) {
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte(kerberized)}, "k.keytab": {Data: submittertest.Keytab("a@B")}}
	for _, row := range []struct {
		rule    string
		args    []string
		env     string
		refused bool
	}{
		{"neither", nil, "HADOOP_CONF_DIR", true},
		{"neither, by YARN's folder", nil, "YARN_CONF_DIR", true},
		{"neither, by Spark's folder", nil, "SPARK_CONF_DIR", true},
		{"neither, by a setting", []string{"--conf", "spark.hadoop.hadoop.security.authentication=kerberos"}, "OTHER", true},
		{"a setting says no", []string{"--conf", "spark.hadoop.hadoop.security.authentication=simple"}, "HADOOP_CONF_DIR", false},
		{"a keytab", byKeytab, "HADOOP_CONF_DIR", false},
		{"tokens", byTokens, "HADOOP_CONF_DIR", false},
		{"on behalf of somebody", onBehalf, "HADOOP_CONF_DIR", true},
		{"on behalf of somebody, by tokens", append(byTokens, onBehalf...), "HADOOP_CONF_DIR", false},
		{"no Hadoop", nil, "OTHER", false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := request{args: row.args, env: map[string]string{row.env: "/h"}, files: files}.plan(t)
			if errors.Is(err, submitter.ErrRefused) != row.refused || !row.refused && err != nil {
				t.Errorf("got %v", err)
			}
			if row.refused && !strings.Contains(err.Error(), "spark-submit would obtain delegation tokens here") {
				t.Errorf("got %v, which does not say why", err)
			}
		})
	}
}

// S15: with Kerberos, who the application is for Hadoop's services is SPARK_USER.
func TestS15TheUserIsHadoops(t *testing.T) {
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte(kerberized)}, "k.keytab": {Data: submittertest.Keytab("etl/host@B")}}
	for _, row := range []struct {
		rule string
		args []string
		env  map[string]string
		want string
	}{
		{"the principal's short name", []string{"--principal", "etl/host@B", "--keytab", "/k.keytab"}, nil, "etl"},
		{"the proxy user", append(byTokens, onBehalf...), nil, "bob"},
		{"whoever submits, for tokens that we do not read", byTokens, map[string]string{"HADOOP_USER_NAME": "other"}, "spark"},
		{"the variable, as in spark-submit", append(byTokens, onBehalf...), map[string]string{"SPARK_USER": "set"}, "set"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			env := map[string]string{"HADOOP_CONF_DIR": "/h"}
			for name, value := range row.env {
				env[name] = value
			}
			objects := request{args: row.args, env: env, files: files, version: "4.1.2"}.must(t)
			if got := valueOf(sparkOf(t, objects), "SPARK_USER"); got != row.want {
				t.Errorf("SPARK_USER is %s, want %s", got, row.want)
			}
			if got := conf(t, objects)["spark.hadoop.yarn.resourcemanager.principal"]; got != row.want {
				t.Errorf("tokens are to be renewed by %s, want %s", got, row.want)
			}
		})
	}
}

func TestKeytabTravelsInASecret(t *testing.T) {
	files := fstest.MapFS{"etc/a.keytab": {Data: []byte("key")}}
	objects := request{args: []string{"--principal", "a@B", "--keytab", "/etc/a.keytab"}, files: files}.must(t)
	secret := objects.Owned[1].(*corev1.Secret)
	if string(secret.Data["a.keytab"]) != "key" || !strings.HasSuffix(secret.Name, "-kerberos-keytab") || !*secret.Immutable {
		t.Errorf("got %+v", secret)
	}
	if got := conf(t, objects)["spark.kerberos.keytab"]; got != "/mnt/secrets/kerberos-keytab/a.keytab" {
		t.Errorf("got %s", got)
	}
}

// S16: what a dry run prints has no key in it, and says that it has not.
func TestS16ADryRunShowsNoKeytab(t *testing.T) {
	content := submittertest.Keytab("a@B")
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte(kerberized)}, "k.keytab": {Data: content}}
	objects := request{args: byKeytab, env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files, redact: true}.must(t)
	text, err := json.Marshal(objects.All())
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{string(content), base64.StdEncoding.EncodeToString(content), base64.StdEncoding.EncodeToString(content[9:])} {
		if strings.Contains(string(text), shown) {
			t.Errorf("the keytab is shown, as %q", shown)
		}
	}
	if !slices.Contains(objects.Redacted, "/k.keytab") {
		t.Errorf("told to be hidden: %q", objects.Redacted)
	}
}

// S15: a login that cannot succeed is refused before anything is created, in one sentence that says what to do.
func TestS15KerberosMistakes(t *testing.T) {
	login := func(principal, keytab string) []string { return []string{"--principal", principal, "--keytab", keytab} }
	files := fstest.MapFS{
		"h/core-site.xml": {Data: []byte(kerberized)},
		"k.keytab":        {Data: submittertest.Keytab("a@B", "a@B", "c/d@B")}, "my keytab": {Data: submittertest.Keytab("a@B")}, "none.keytab": {Data: []byte("\x05\x02")},
		"text.keytab": {Data: []byte("a@B secret")}, "cut.keytab": {Data: submittertest.Keytab("a@B")[:20]}, "odd.keytab": {Data: submittertest.Keytab("a b\n'\"\\@B")},
		"realm.conf~": {Data: []byte("[libdefaults]")},
	}
	for _, row := range []struct {
		rule string
		args []string
		want string // "": no mistake
	}{
		{"a principal that the keytab has", login("a@B", "/k.keytab"), ""},
		{"one of the default realm", login("a", "/k.keytab"), ""},
		{"one of a host", login("c/d@B", "/k.keytab"), ""},
		{"odd characters", login("a b\n'\"\\@B", "/odd.keytab"), ""},
		{"a principal that it has not", login("x@B", "/k.keytab"), `has no key of the principal "x@B": it has those of a@B, c/d@B`},
		{"one of another realm", login("a@C", "/k.keytab"), `has no key of the principal "a@C"`},
		{"an empty keytab", login("a@B", "/none.keytab"), "it has those of nobody"},
		{"no keytab", login("a@B", "/text.keytab"), "spark.kerberos.keytab /text.keytab: it is no keytab"},
		{"half a keytab", login("a@B", "/cut.keytab"), "it is no keytab"},
		{"no file", login("a@B", "/absent.keytab"), "keytab /absent.keytab: file does not exist"},
		{"a folder", login("a@B", "/h"), "keytab /h: "},
		{"a name that cannot be a key", login("a@B", "/my keytab"), "rename it"},
		{"the same of krb5.conf", append(login("a@B", "/k.keytab"), "--conf", "spark.kubernetes.kerberos.krb5.path=/realm.conf~"), "rename it"},
		{"no principal", []string{"--keytab", "/k.keytab"}, "you must also specify a Kerberos principal"},
		{"only a principal", []string{"--principal", "a@B"}, "you must also specify a Kerberos keytab"},
		{"somebody else's name besides", append(login("a@B", "/k.keytab"), onBehalf...), "Only one of --proxy-user or --principal"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			objects, err := request{args: row.args, env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files}.plan(t)
			if row.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if got := conf(t, objects)["spark.kerberos.principal"]; got != row.args[1] {
					t.Errorf("the driver reads the principal %q", got)
				}
				return
			}
			if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %s", err, row.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the keytab's content is told: %v", err)
			}
		})
	}
}

// S15: executors begin with Hadoop's configuration, which says kerberos, and without krb5.conf.
func TestS15ExecutorsWithoutKrb5AreTold(t *testing.T) {
	files := fstest.MapFS{"h/core-site.xml": {Data: []byte(kerberized)}, "k.keytab": {Data: submittertest.Keytab("a@B")}}
	krb5 := append(byKeytab, "--conf", "spark.kubernetes.kerberos.krb5.configMapName=k")
	for _, row := range []struct {
		rule string
		args []string
		told bool
	}{
		{"the driver gets one", krb5, true},
		{"the image has it", byKeytab, false},
		{"executors' JVMs have one", append(krb5, "--conf", "spark.executor.extraJavaOptions=-Djava.security.krb5.conf=/opt/hadoop/conf/krb5.conf"), false},
	} {
		objects := request{args: row.args, env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files}.must(t)
		if told := strings.Contains(fmt.Sprint(objects.Notes), "krb5.conf to the driver alone"); told != row.told {
			t.Errorf("%s: told: %t, want %t: %q", row.rule, told, row.told, objects.Notes)
		}
	}
}

// A file of Hadoop's folder becomes a key of a ConfigMap: an editor's copy is told before the driver exists.
func TestAFileThatCannotBeAKeyIsRefused(t *testing.T) {
	for _, name := range []string{"core-site.xml~", "#core-site.xml#", "a b.xml", "..data"} {
		files := fstest.MapFS{"h/" + name: {Data: []byte("x")}}
		_, err := request{env: map[string]string{"HADOOP_CONF_DIR": "/h"}, files: files}.plan(t)
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "rename it") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
