// Package schema says what the fields of a pod template are and how each of
// them merges. It has three tables, all of them data:
//
//   - rules.go: for each field that is merged leaf by leaf, its row (Rules);
//   - defaults.go: what the API server fills in, and who does it (Defaults);
//   - the Go types of k8s.io/api, read once by reflection, which say for every
//     field its JSON name, its type, and whether absent differs from zero.
//
// Equality here is the API server's: quantities by value, an absent field
// equals its default, sets have no order.
package schema
