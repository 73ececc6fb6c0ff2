// Package properties checks what podtemplate promises on random pods and
// templates, with the API server's own decoding, defaulting, admission plugins
// and validation as the judge.
//
//	server     the API server's part of an admission, in process
//	generate   random Spark pods and templates that meet and conflict often
//	reference  the semantics of composing and settling, leaf by leaf and naive
//
// Each property is one named test. A failing case is printed as YAML, shrunk.
// More cases: go test ./properties -rapid.checks=5000.
package properties
