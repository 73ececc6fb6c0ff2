package namenode

import (
	"cmp"
	_ "embed"
	"fmt"
	"strconv"

	"swage.dev/swage/e2e/kerberos"
)

//go:embed NameNode.java
var program string

const (
	// Principal is the service's own, without the realm.
	Principal = "nn/namenode"
	// DefaultPort is a name node's.
	DefaultPort = 8020
	// Superuser is the short name of who may act for others.
	Superuser = "livy"

	// Name is the name of all objects.
	Name = "namenode"

	folder   = "/etc/namenode"
	keytab   = "keytab"
	krb5Conf = "krb5.conf"
	javaFile = "NameNode.java"
)

// Options say what the service is made of.
type Options struct {
	// Address is where it listens, and clients find it. Required.
	Address string
	// Port is the port there. Default: DefaultPort.
	Port int
	// Kerberos is the text of krb5.conf. Required.
	Kerberos string
	// Keytab has the key of Principal. Required.
	Keytab []byte
}

func (o Options) port() int { return cmp.Or(o.Port, DefaultPort) }

// CoreSite is the core-site.xml of clients.
func (o Options) CoreSite() string { return site(o.properties()) }

func (o Options) properties() [][2]string {
	return [][2]string{
		{"hadoop.security.authentication", "kerberos"},
		{"fs.defaultFS", fmt.Sprintf("hdfs://%s:%d", o.Address, o.port())},
		{"dfs.namenode.kerberos.principal", Principal + "@" + kerberos.Realm},
	}
}

func site(properties [][2]string) string {
	text := "<?xml version=\"1.0\"?>\n<configuration>\n"
	for _, p := range properties {
		text += fmt.Sprintf("  <property><name>%s</name><value>%s</value></property>\n", p[0], p[1])
	}
	return text + "</configuration>\n"
}

// files are what the service finds in its folder, but for the keytab.
func (o Options) files(folder string) map[string]string {
	return map[string]string{
		"core-site.xml": site(append(o.properties(), [][2]string{
			{"dfs.namenode.keytab.file", folder + "/" + keytab},
			{"hadoop.proxyuser." + Superuser + ".hosts", "*"},
			{"hadoop.proxyuser." + Superuser + ".users", "*"},
		}...)),
		krb5Conf: o.Kerberos, javaFile: program,
	}
}

// args are Java's, for a folder with its files and one with Spark's jars.
func (o Options) args(folder, jars string) []string {
	return []string{
		"-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.security.krb5.conf=" + folder + "/" + krb5Conf,
		"-cp", folder + ":" + jars + "/*", "org.codehaus.janino.SimpleCompiler", folder + "/" + javaFile, "swage.e2e.NameNode", o.Address, strconv.Itoa(o.port()),
	}
}
