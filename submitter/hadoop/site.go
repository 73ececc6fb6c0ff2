package hadoop

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
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

// errIncludes tells of files that Hadoop reads in the place of an element.
var errIncludes = errors.New("it includes other files, which are not read here")

// property is one of a file's. Hadoop takes what attributes say as well, and elements over them.
type property struct {
	NameBeside  string  `xml:"name,attr"`
	ValueBeside string  `xml:"value,attr"`
	FinalBeside bool    `xml:"final,attr"`
	Name        *string `xml:"name"`
	Value       *string `xml:"value"`
	Final       *bool   `xml:"final"`
}

func (p *property) name() string { return strings.TrimSpace(or(p.Name, p.NameBeside)) }

func or[T any](inside *T, beside T) T {
	if inside != nil {
		return *inside
	}
	return beside
}

// ParseSite reads a file of Hadoop's configuration. Of several values the last
// counts, or the first that is final. The map is never nil. With an error it is
// empty, but for a file that includes others: then it has what that says itself.
func ParseSite(text []byte) (map[string]string, error) {
	var site struct {
		Properties []property `xml:"property"`
		Includes   []struct{} `xml:"http://www.w3.org/2001/XInclude include"`
	}
	all, final := map[string]string{}, map[string]bool{}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = latin1
	if err := decoder.Decode(&site); err != nil {
		return all, err
	}
	for _, p := range site.Properties {
		if name := p.name(); !final[name] {
			all[name], final[name] = or(p.Value, p.ValueBeside), or(p.Final, p.FinalBeside)
		}
	}
	if len(site.Includes) > 0 {
		return all, errIncludes
	}
	return all, nil
}

// latin1 reads the encodings, beside UTF-8, that such files say: ISO-8859-1, of which ASCII is a part.
func latin1(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf8": // Java takes it for UTF-8
		return in, nil
	case "iso-8859-1", "latin1", "us-ascii", "ascii":
	default:
		return nil, errors.New("its encoding " + label + " is not read here: save it as UTF-8")
	}
	text, err := io.ReadAll(in)
	runes := make([]rune, len(text))
	for i, b := range text {
		runes[i] = rune(b)
	}
	return strings.NewReader(string(runes)), err
}
