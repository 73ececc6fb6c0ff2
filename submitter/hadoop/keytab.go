package hadoop

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// CheckKeytab finds out what Hadoop's login would: whether the principal can log
// in with this keytab, which errors call name. A principal without a realm has
// the default one, which krb5.conf says, so that only its name is compared.
func CheckKeytab(name string, content []byte, principal string) error {
	principals, err := principalsOf(content)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, p := range principals {
		if short, _, _ := strings.Cut(p, "@"); p == principal || short == principal {
			return nil
		}
	}
	slices.Sort(principals)
	return fmt.Errorf("%s has no key of the principal %q: it has those of %s", name, principal,
		cmp.Or(strings.Join(slices.Compact(principals), ", "), "nobody"))
}

// ShortName is what Hadoop calls a principal by default: NAME of NAME@REALM and of NAME/HOST@REALM.
func ShortName(principal string) string {
	name, _, _ := strings.Cut(principal, "@")
	name, _, _ = strings.Cut(name, "/")
	return name
}

var errNoKeytab = errors.New("it is no keytab (of MIT's format 0x502)")

// principalsOf reads the principals of a keytab, once for each key: after the
// version, entries that begin with their size, which is negative for one that was
// removed. An entry begins with the number of the name's components, the realm,
// and the components.
func principalsOf(content []byte) (principals []string, err error) {
	r := reader{content}
	if r.uint16() != 0x502 {
		return nil, errNoKeytab
	}
	for len(r.rest) > 0 {
		size := int32(r.uint32()) // it has a sign
		if size == 0 {
			break // the end, although bytes follow
		}
		entry := reader{r.take(int(max(size, -size)))}
		if size < 0 {
			continue
		}
		components := int(entry.uint16())
		realm := entry.text()
		var name []string
		for range components {
			name = append(name, entry.text())
		}
		if entry.rest == nil {
			return nil, errNoKeytab
		}
		principals = append(principals, strings.Join(name, "/")+"@"+realm)
	}
	if r.rest == nil {
		return nil, errNoKeytab
	}
	return principals, nil
}

// reader reads big-endian values. Past the end, its rest is nil and all that it
// reads is nothing.
type reader struct{ rest []byte }

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.rest = nil
		return nil
	}
	var taken []byte
	taken, r.rest = r.rest[:n], r.rest[n:]
	return taken
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// text is a string behind its length.
func (r *reader) text() string { return string(r.take(int(r.uint16()))) }
