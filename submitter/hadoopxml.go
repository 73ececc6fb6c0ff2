package submitter

import (
	"encoding/xml"
	"fmt"
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
// setting, else the client's core-site.xml. One that is not understood is noted,
// for what spark-submit would refuse on its account is not refused here.
func (b *build) hadoopWantsKerberos() bool {
	wanted, set := b.conf.Lookup(keyHadoopPrefix + hadoopAuthentication)
	if !set {
		b.noteCoreSite()
		wanted = b.client.coreSite(hadoopAuthentication)
	}
	return strings.EqualFold(strings.TrimSpace(wanted), hadoopKerberos)
}

// coreSite is a property of the first core-site.xml on the class path of spark-submit, "" where it is not set.
func (c *client) coreSite(name string) string { return c.coreSiteAll()[name] }

// coreSiteAll is all of that file; empty where there is none, or it is not understood.
func (c *client) coreSiteAll() map[string]string {
	all, _ := propertiesOf(c.coreSiteText())
	return all
}

// noteCoreSite tells of a core-site.xml that no decision could be taken by.
func (b *build) noteCoreSite() {
	if _, err := propertiesOf(b.client.coreSiteText()); err != nil {
		b.note(fmt.Sprintf("the client's core-site.xml is not understood, so that nothing is known of Kerberos here: %v", err))
	}
}

// coreSiteText is what the file holds; none holds no property.
func (c *client) coreSiteText() []byte {
	for _, dir := range []string{c.confDir(), c.getenv(envHadoopConf), c.getenv(envYarnConf)} {
		if dir == "" {
			continue
		}
		if text, err := fs.ReadFile(c.files, c.inFS(path.Join(dir, "core-site.xml"))); err == nil {
			return text
		}
	}
	return []byte("<configuration/>")
}

// propertiesOf is a file of Hadoop's configuration. Of several values the last counts, or the first that is final.
func propertiesOf(text []byte) (map[string]string, error) {
	var site struct {
		Properties []struct {
			Name  string `xml:"name"`
			Value string `xml:"value"`
			Final bool   `xml:"final"`
		} `xml:"property"`
	}
	all, final := map[string]string{}, map[string]bool{}
	if err := xml.Unmarshal(text, &site); err != nil {
		return all, err
	}
	for _, p := range site.Properties {
		if name := strings.TrimSpace(p.Name); !final[name] {
			all[name], final[name] = p.Value, p.Final
		}
	}
	return all, nil
}
