package submitter

import (
	"encoding/xml"
	"io/fs"
	"path"
	"strings"
)

// hadoopAuthentication is the property whose value hadoopKerberos asks for tickets.
const (
	hadoopAuthentication = "hadoop.security.authentication"
	hadoopKerberos       = "kerberos"
)

// hadoopWantsKerberos tells whether what spark-submit would read says so: a
// setting, else the client's core-site.xml. One that cannot be read says nothing
// here; Hadoop in the pod tells its user.
func (b *build) hadoopWantsKerberos() bool {
	wanted, set := b.conf.Lookup(keyHadoopPrefix + hadoopAuthentication)
	if !set {
		wanted = b.client.coreSite(hadoopAuthentication)
	}
	return strings.EqualFold(strings.TrimSpace(wanted), hadoopKerberos)
}

// coreSite is a property of the first core-site.xml on the class path of spark-submit, "" where it is not set.
func (c *client) coreSite(name string) string {
	for _, dir := range []string{c.confDir(), c.getenv(envHadoopConf), c.getenv(envYarnConf)} {
		if dir == "" {
			continue
		}
		if text, err := fs.ReadFile(c.files, c.inFS(path.Join(dir, "core-site.xml"))); err == nil {
			return propertyOf(text, name)
		}
	}
	return ""
}

// propertyOf is a property of a file of Hadoop's configuration: the last, or the first that is final.
func propertyOf(text []byte, name string) (value string) {
	var site struct {
		Properties []struct {
			Name  string `xml:"name"`
			Value string `xml:"value"`
			Final bool   `xml:"final"`
		} `xml:"property"`
	}
	if xml.Unmarshal(text, &site) != nil {
		return ""
	}
	for _, p := range site.Properties {
		if strings.TrimSpace(p.Name) != name {
			continue
		}
		if value = p.Value; p.Final {
			break
		}
	}
	return value
}
