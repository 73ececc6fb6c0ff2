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
func (c *client) coreSite(name string) string { return c.coreSiteAll()[name] }

// coreSiteAll is all of that file; empty where there is none, or it cannot be read.
func (c *client) coreSiteAll() map[string]string {
	for _, dir := range []string{c.confDir(), c.getenv(envHadoopConf), c.getenv(envYarnConf)} {
		if dir == "" {
			continue
		}
		if text, err := fs.ReadFile(c.files, c.inFS(path.Join(dir, "core-site.xml"))); err == nil {
			return propertiesOf(text)
		}
	}
	return map[string]string{}
}

// propertiesOf is a file of Hadoop's configuration. Of several values the last counts, or the first that is final.
func propertiesOf(text []byte) map[string]string {
	var site struct {
		Properties []struct {
			Name  string `xml:"name"`
			Value string `xml:"value"`
			Final bool   `xml:"final"`
		} `xml:"property"`
	}
	all, final := map[string]string{}, map[string]bool{}
	if xml.Unmarshal(text, &site) != nil {
		return all
	}
	for _, p := range site.Properties {
		if name := strings.TrimSpace(p.Name); !final[name] {
			all[name], final[name] = p.Value, p.Final
		}
	}
	return all
}
