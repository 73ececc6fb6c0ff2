package submitter

import (
	"encoding/xml"
	"io/fs"
	"path"
	"strings"
)

// hadoopWantsKerberos tells whether the client's core-site.xml says so. One that
// cannot be read says nothing here; Hadoop in the pod tells its user.
func (c *client) hadoopWantsKerberos() bool {
	dir := firstOf(c.getenv(envHadoopConf), c.getenv(envYarnConf))
	if dir == "" {
		return false
	}
	text, err := fs.ReadFile(c.files, c.inFS(path.Join(dir, "core-site.xml")))
	if err != nil {
		return false
	}
	var site struct {
		Properties []struct {
			Name  string `xml:"name"`
			Value string `xml:"value"`
		} `xml:"property"`
	}
	if xml.Unmarshal(text, &site) != nil {
		return false
	}
	wanted := ""
	for _, p := range site.Properties {
		if strings.TrimSpace(p.Name) == "hadoop.security.authentication" {
			wanted = strings.TrimSpace(p.Value)
		}
	}
	return strings.EqualFold(wanted, "kerberos")
}
