package submittertest

import (
	"cmp"
	"slices"
	"strings"
)

const scratch = "spark-local-dir-"

// OrderScratch sorts the directories of scratch space in an object, by where they
// are mounted: which of Spark's volumes is at which of them means nothing.
func OrderScratch(v any) {
	switch v := v.(type) {
	case map[string]any:
		if dirs, ok := v["value"].(string); ok && v["name"] == "SPARK_LOCAL_DIRS" {
			v["value"] = strings.Join(slices.Sorted(strings.SplitSeq(dirs, ",")), ",")
		}
		if mounts, ok := v["volumeMounts"].([]any); ok {
			orderMounts(mounts)
		}
		for _, member := range v {
			OrderScratch(member)
		}
	case []any:
		for _, element := range v {
			OrderScratch(element)
		}
	}
}

func orderMounts(mounts []any) {
	for _, mount := range mounts {
		if m := mount.(map[string]any); strings.HasPrefix(text(m["name"]), scratch) {
			m["name"] = scratch + text(m["mountPath"])
		}
	}
	slices.SortStableFunc(mounts, func(a, b any) int {
		return cmp.Compare(text(a.(map[string]any)["mountPath"]), text(b.(map[string]any)["mountPath"]))
	})
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
