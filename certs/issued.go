package certs

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

var (
	errNoSecret = errors.New("it does not exist")
	errEmpty    = errors.New("nothing has been issued into it yet")
)

// issued reads what an issuer put into a Secret: the leaf with the chain that
// it came with, and the authority to trust. That is the one in ca.crt that
// verifies the leaf. Issuers leave ca.crt out, or put another one there; then
// it is the end of the chain itself, which the API server takes for a root as
// well, and remark says so.
func issued(data map[string][]byte, hosts []string) (p *pair, remark string, err error) {
	if len(data[keyLeaf]) == 0 && len(data[keyPrivate]) == 0 {
		return nil, "", errEmpty
	}
	authorities, damage := decodeBundle(data[keyAuthorities])
	if p, err = newPair(data[keyLeaf], data[keyPrivate], authorities, hosts); err == nil {
		return p, "", nil
	}
	why := "does not verify " + keyLeaf
	switch {
	case len(data[keyAuthorities]) == 0:
		why = "is missing"
	case damage != nil && len(authorities) == 0:
		why = "cannot be read"
	}
	ends := chainEnds(data[keyLeaf])
	if len(ends) == 0 {
		return nil, "", fmt.Errorf("%s %s, and %s brings no authority along: %w", keyAuthorities, why, keyLeaf, err)
	}
	if p, err = newPair(data[keyLeaf], data[keyPrivate], ends, hosts); err != nil {
		return nil, "", fmt.Errorf("%s: %w", keyLeaf, err)
	}
	return p, keyAuthorities + " " + why, nil
}

// chainEnds are the authorities that come with a leaf, the last one first, for
// that is the nearest to the root; a leaf that signed itself is one too.
func chainEnds(chain []byte) []*x509.Certificate {
	var found []*x509.Certificate
	for block, rest := pem.Decode(chain); block != nil; block, rest = pem.Decode(rest) {
		if authority, err := parseAuthority(block); err == nil {
			found = append(found, authority)
		}
	}
	slices.Reverse(found)
	return found
}
