package hadoop

import (
	"encoding/xml"
	"strings"
)

// SiteFile is the file in which clients find what all of Hadoop's services share.
const SiteFile = "core-site.xml"

// Authentication is the property of that file whose value Kerberos, in any case,
// makes services ask for tickets.
const (
	Authentication = "hadoop.security.authentication"
	Kerberos       = "kerberos"
)

// ParseSite reads a file of Hadoop's configuration. Of several values the last
// counts, or the first that is final. The map is never nil.
func ParseSite(text []byte) (map[string]string, error) {
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
