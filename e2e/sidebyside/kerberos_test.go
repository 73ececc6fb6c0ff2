//go:build node

package sidebyside

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/aymanbagabas/go-udiff"

	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/e2e/kerberos"
	"swage.dev/swage/e2e/namenode"
	"swage.dev/swage/e2e/spark"
	"swage.dev/swage/submitter/submittertest"
)

// S15: with a KDC and a service of Hadoop's that spark-submit logs in to, both
// store the same: the keytab, or the delegation tokens of whoever is logged in,
// or of whom that one acts for; and the pods' user is who those say.
func TestS15TheSameWithKerberos(t *testing.T) {
	number, err := spark.Version()
	if err != nil {
		t.Fatal(err)
	}
	home, err := spark.Home(t.Context(), spark.Options{Version: number})
	if err != nil {
		t.Fatal(err)
	}
	installPodGroups(t)
	world := newRealm(t, home)
	kubeconfig := writeKubeconfig(t)
	for _, row := range []struct {
		name, owner string
		args        []string
		tokens      []string // what swage is told besides
	}{
		{name: "keytab", args: []string{"--principal", "alice@" + kerberos.Realm, "--keytab", world.keytab, "--conf", "spark.kubernetes.kerberos.krb5.path=" + world.krb5}},
		{name: "ticket", owner: namenode.Superuser, tokens: []string{"--tokens-by", "spark-submit"}},
		{name: "on-behalf", owner: "carol", args: []string{"--proxy-user", "carol"}, tokens: []string{"--tokens-by", "spark-submit"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			programs := both(t, home)
			programs[1].command = append(programs[1].command, row.tokens...)
			c := submittertest.Case{Name: "kerberos-" + row.name, Env: world.env, Args: append([]string{
				"--name", "pi", "--conf", "spark.kubernetes.container.image=spark:" + number,
			}, append(row.args, "local:///opt/pi.py")...)}
			world.compare(t, home, kubeconfig, namespaceOf(c, number), row.owner, c, programs)
		})
	}
}

// realm is where somebody is logged in.
type realm struct {
	keytab, krb5 string
	env          map[string]string
}

func newRealm(t *testing.T, home string) realm {
	t.Helper()
	dir := t.TempDir()
	kdc, err := kerberos.Start(t.Context(), kerberos.Options{Dir: dir, Address: freeport.Address(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kdc.Stop(context.WithoutCancel(t.Context())) })
	r := realm{keytab: filepath.Join(dir, "alice.keytab"), krb5: kdc.ConfigFile(), env: map[string]string{
		"HADOOP_CONF_DIR": filepath.Join(dir, "hadoop"), "KRB5CCNAME": filepath.Join(dir, "tickets"),
		"SPARK_SUBMIT_OPTS": "-Djava.security.krb5.conf=" + kdc.ConfigFile(),
	}}
	service, super := filepath.Join(dir, "service.keytab"), filepath.Join(dir, "super.keytab")
	for file, principal := range map[string]string{r.keytab: "alice", service: namenode.Principal, super: namenode.Superuser} {
		if err := kdc.Keytab(t.Context(), file, principal); err != nil {
			t.Fatal(err)
		}
	}
	if err := kdc.Ticket(t.Context(), r.env["KRB5CCNAME"], super, namenode.Superuser); err != nil {
		t.Fatal(err)
	}
	r.serve(t, home, service, kdc.Config())
	return r
}

// serve runs the service and writes its clients' configuration.
func (r realm) serve(t *testing.T, home, keytab, krb5 string) {
	t.Helper()
	key, err := os.ReadFile(keytab)
	if err != nil {
		t.Fatal(err)
	}
	const host = "127.0.0.1"
	ports, err := freeport.On(host, 1)
	if err != nil {
		t.Fatal(err)
	}
	options := namenode.Options{Address: host, Port: ports[0], Kerberos: krb5, Keytab: key}
	running, err := options.Start(t.Context(), t.TempDir(), home)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Stop(context.WithoutCancel(t.Context())) })
	if err := os.Mkdir(r.env["HADOOP_CONF_DIR"], 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.env["HADOOP_CONF_DIR"], "core-site.xml"), []byte(options.CoreSite()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (r realm) compare(t *testing.T, home, kubeconfig, namespace, owner string, c submittertest.Case, programs [2]submitter) {
	t.Helper()
	prepare(t, namespace)
	var texts [2]string
	for i, program := range programs {
		said, refused, err := program.submit(t.Context(), home, kubeconfig, namespace, c)
		if err != nil || refused {
			t.Fatalf("%s: %v\n%s", program.name, err, said)
		}
		found := stored(t, namespace)
		if hidden := hideTokens(t, found, owner); hidden != (owner != "") {
			t.Errorf("%s: delegation tokens: %t, want those of %q", program.name, hidden, owner)
		}
		texts[i] = asYAML(t, comparable(t, found))
		remove(t, namespace)
	}
	if texts[0] != texts[1] {
		t.Error("the objects differ:\n" + udiff.Unified(programs[0].name, programs[1].name, texts[0], texts[1]))
	}
}

// hideTokens replaces tokens, which are new each time, and tells whether there were any. They must be a file of
// Hadoop's with a token of the owner's.
func hideTokens(t *testing.T, objects []map[string]any, owner string) (found bool) {
	t.Helper()
	for _, object := range objects {
		data, _ := object["data"].(map[string]any)
		text, _ := data["hadoop-tokens"].(string)
		if text == "" {
			continue
		}
		file, err := base64.StdEncoding.DecodeString(text)
		if err != nil || !bytes.HasPrefix(file, []byte("HDTS")) || !bytes.Contains(file, []byte(owner)) || !bytes.Contains(file, []byte("HDFS_DELEGATION_TOKEN")) {
			t.Errorf("no tokens of %s (%v): %q", owner, err, file)
		}
		data["hadoop-tokens"] = "TOKENS"
		found = true
	}
	return found
}
