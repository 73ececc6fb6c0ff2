// Package printer writes JSON documents as people read them: YAML and indented
// JSON, as kubectl prints them.
//
// It exists because the usual way from JSON to YAML goes through Go values: it
// rounds numbers beyond 64 bits, and fails on strings with escapes that JSON has
// and YAML has not. Here numbers keep their digits and every string is read back
// as the same string, also by parsers of YAML 1.1, to which on, 0x1F, 1_000 and
// 12:30 are not strings.
package printer
