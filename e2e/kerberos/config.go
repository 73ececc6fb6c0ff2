package kerberos

import (
	"errors"
	"fmt"
	"path/filepath"
)

// errSaid is of a program that failed and does not exit so.
var errSaid = errors.New("it reports an error")

// Names of files in the KDC's folder.
const (
	clientConf = "krb5.conf"
	serverConf = "kdc.conf"
)

func (k *KDC) file(name string) string { return filepath.Join(k.opts.Dir, name) }

// environment is what MIT's programs find their files by, instead of those in /etc.
func (k *KDC) environment() []string {
	return []string{"KRB5_CONFIG=" + k.file(clientConf), "KRB5_KDC_PROFILE=" + k.file(serverConf)}
}

// ConfigFile is a krb5.conf with which this machine's programs find the KDC.
func (k *KDC) ConfigFile() string { return k.file(clientConf) }

// Config is the text of that file. It asks no DNS: neither for the KDC nor for
// the names of hosts, which a test's services need not have.
func (k *KDC) Config() string {
	return fmt.Sprintf(`[libdefaults]
  default_realm = %[1]s
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  forwardable = true
[realms]
  %[1]s = {
    kdc = %[2]s
  }
[logging]
  default = STDERR
`, Realm, k.opts.Address)
}

func (k *KDC) serverConfig() string {
	return fmt.Sprintf(`[kdcdefaults]
  kdc_listen = %[2]s
  kdc_tcp_listen = %[2]s
[realms]
  %[1]s = {
    database_name = %[3]s
    key_stash_file = %[4]s
    acl_file = %[5]s
  }
`, Realm, k.opts.Address, k.file("principal"), k.file("stash"), k.file("acl"))
}
