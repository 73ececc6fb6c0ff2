package hadoop_test

import (
	"maps"
	"testing"

	"swage.dev/swage/submitter/hadoop"
)

func TestParseSite(t *testing.T) {
	property := func(name, value, more string) string {
		return "<property><name>" + name + "</name><value>" + value + "</value>" + more + "</property>"
	}
	for _, row := range []struct {
		rule, properties string
		want             map[string]string
	}{
		{"none", "", map[string]string{}},
		{"a value keeps its blanks, a name does not", property(" a ", " 1 ", ""), map[string]string{"a": " 1 "}},
		{"the last of several counts", property("a", "1", "") + property("a", "2", ""), map[string]string{"a": "2"}},
		{"but for one that is final", property("a", "1", "<final>true</final>") + property("a", "2", ""), map[string]string{"a": "1"}},
		{"what is not final ends nothing", property("a", "1", "<final>false</final>") + property("a", "2", ""), map[string]string{"a": "2"}},
		{"a comment and a description", "<!-- x -->" + property("a", "1", "<description>d</description>"), map[string]string{"a": "1"}},
		{"attributes", `<property name="a" value="1"/><property name="b" value="1" final="true"><value>2</value></property>` + property("b", "3", ""), map[string]string{"a": "1", "b": "2"}},
		{"text of XML", property("a", "1 &lt; 2", ""), map[string]string{"a": "1 < 2"}},
	} {
		got, err := hadoop.ParseSite([]byte("<?xml version=\"1.0\"?>\n<configuration>" + row.properties + "</configuration>"))
		if err != nil || !maps.Equal(got, row.want) {
			t.Errorf("%s: got %q, %v", row.rule, got, err)
		}
	}
}

func TestNoSite(t *testing.T) {
	for rule, text := range map[string]string{
		"nothing":              "",
		"cut off":              "<configuration><property><name>a",
		"text":                 "a=1",
		"another encoding":     `<?xml version="1.0" encoding="UTF-16"?><configuration/>`,
		"an entity of its own": `<!DOCTYPE c [<!ENTITY k "1">]><configuration><property><name>a</name><value>&k;</value></property></configuration>`,
	} {
		if got, err := hadoop.ParseSite([]byte(text)); err == nil || got == nil {
			t.Errorf("%s: got %v, %v", rule, got, err)
		}
	}
}

// Hadoop reads what Java's parser does: files in Latin-1 are not rare, nor is UTF-8 by Java's name.
func TestSiteInOtherEncodings(t *testing.T) {
	for encoding, value := range map[string]string{"ISO-8859-1": "gr\xfcn", "UTF8": "grün"} {
		text := `<?xml version="1.0" encoding="` + encoding + `"?><configuration><property><name>a</name><value>` + value + `</value></property></configuration>`
		got, err := hadoop.ParseSite([]byte(text))
		if err != nil || got["a"] != "grün" {
			t.Errorf("%s: got %q, %v", encoding, got, err)
		}
	}
}

// What a file includes is not known, and what it says itself is.
func TestSiteThatIncludesOthers(t *testing.T) {
	got, err := hadoop.ParseSite([]byte(`<configuration xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="b.xml"/><property><name>a</name><value>1</value></property></configuration>`))
	if err == nil || got["a"] != "1" {
		t.Errorf("got %q, %v", got, err)
	}
}
