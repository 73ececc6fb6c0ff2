package hadoop_test

import (
	"strings"
	"testing"

	"swage.dev/swage/submitter/hadoop"
	"swage.dev/swage/submitter/submittertest"
)

// A login is foretold by the principals of the keytab; what is no keytab is told as that.
func TestWhoCanLogIn(t *testing.T) {
	two := submittertest.Keytab("a@B", "a@B", "c/d@B")
	for _, row := range []struct {
		rule      string
		content   []byte
		principal string
		says      string // "": the login works
	}{
		{"one of its principals", two, "a@B", ""},
		{"one of the default realm", two, "a", ""},
		{"one of a host", two, "c/d@B", ""},
		{"another principal", two, "x@B", `k has no key of the principal "x@B": it has those of a@B, c/d@B`},
		{"another realm", two, "a@C", `has no key of the principal "a@C"`},
		{"a host's principal without its host", two, "c@B", `has no key of the principal "c@B"`},
		{"no keys", []byte("\x05\x02"), "a@B", "it has those of nobody"},
		{"nothing", nil, "a@B", "k: it is no keytab"},
		{"text", []byte("a@B secret"), "a@B", "it is no keytab"},
		{"an older format", append([]byte("\x05\x01"), two[2:]...), "a@B", "it is no keytab"},
		{"an entry beyond the end", two[:20], "a@B", "it is no keytab"},
		{"a name beyond its entry", []byte("\x05\x02\x00\x00\x00\x06\x00\x01\x00\x09AB"), "a@B", "it is no keytab"},
	} {
		err := hadoop.CheckKeytab("k", row.content, row.principal)
		if (err == nil) != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: got %v, want %q", row.rule, err, row.says)
		}
	}
}

func TestShortName(t *testing.T) {
	for principal, want := range map[string]string{"a": "a", "a@B": "a", "a/host@B": "a", "a/host": "a", "": ""} {
		if got := hadoop.ShortName(principal); got != want {
			t.Errorf("%s: got %s, want %s", principal, got, want)
		}
	}
}
