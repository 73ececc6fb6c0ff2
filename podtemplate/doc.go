// Package podtemplate shapes Spark's pods: it loads pod templates from
// ConfigMaps, selects those that apply to a pod, and merges them into it.
//
// It is pure: no client, no clock, no randomness, no global state. The same pod
// and the same templates always give the same bytes, in whatever order the
// templates were loaded.
//
// What it promises:
//
//   - Nothing that it does not know is lost or moved: it works on the JSON of
//     the pod, appends, and writes JSON patch operations as it goes.
//   - Idempotence: shaping a shaped pod changes nothing, also after the API
//     server filled in its defaults and after other webhooks added or reordered.
//   - No half-shaped pod: a pod is shaped whole or denied.
//   - Every change has a record that names the template and the rule.
//
// The rules of the merge are data: see package schema, rules.go. What Spark
// needs to stay as it is stands in spark.go and protected.go.
package podtemplate
