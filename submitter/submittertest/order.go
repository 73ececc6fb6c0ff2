package submittertest

import (
	"slices"
	"strings"
)

// Order takes away the order in objects that comes out of a hash table in Spark:
// it sorts lists by the names of what is in them, and the directories of scratch space.
func Order(v any) {
	EachObject(v, func(object map[string]any) {
		for _, member := range object {
			if list, ok := member.([]any); ok {
				slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(NameOf(a), NameOf(b)) })
			}
		}
		orderDirectories(object)
	})
}

// OrderScratch takes away the order of the directories of scratch space, which
// Spark shuffles: its volumes, all alike, are at them in their order then.
func OrderScratch(v any) {
	EachObject(v, func(object map[string]any) {
		orderDirectories(object)
		var mounts []map[string]any
		var paths []string
		list, _ := object["volumeMounts"].([]any)
		for _, element := range list {
			if mount, ok := element.(map[string]any); ok && strings.HasPrefix(NameOf(mount), "spark-local-dir-") {
				mounts, paths = append(mounts, mount), append(paths, mount["mountPath"].(string))
			}
		}
		slices.Sort(paths)
		for i, mount := range mounts {
			mount["mountPath"] = paths[i]
		}
	})
}

func orderDirectories(variable map[string]any) {
	if dirs, ok := variable["value"].(string); ok && variable["name"] == "SPARK_LOCAL_DIRS" {
		variable["value"] = strings.Join(slices.Sorted(strings.SplitSeq(dirs, ",")), ",")
	}
}

// EachObject visits an object and all within it.
func EachObject(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, member := range v {
			EachObject(member, visit)
		}
	case []any:
		for _, element := range v {
			EachObject(element, visit)
		}
	}
}

// NameOf is the name of what has one, else "".
func NameOf(v any) string {
	object, _ := v.(map[string]any)
	name, _ := object["name"].(string)
	return name
}
