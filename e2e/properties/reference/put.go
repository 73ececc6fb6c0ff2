package reference

// Put writes the leaf's value to its place, making what is missing on the way.
func (l Leaf) Put(doc map[string]any) { put(doc, l.Path, l.Value) }

// Remove takes away what is at the leaf's place.
func (l Leaf) Remove(doc map[string]any) { put(doc, l.Path, nil) }

func put(object map[string]any, path []Step, value any) {
	step := path[0]
	switch {
	case len(step.Group) > 0:
		for _, name := range step.Group {
			delete(object, name)
		}
		members, _ := value.(map[string]any)
		for name, member := range members {
			object[name] = member
		}
	case len(path) == 1 && value == nil:
		delete(object, step.Member)
	case len(path) == 1:
		object[step.Member] = value
	case path[1].List != nil && step.Member == containers:
		putInContainer(object, path[1], path[2:], value)
	case path[1].List != nil:
		list, _ := object[step.Member].([]any)
		object[step.Member] = putElement(list, path[1], path[2:], value)
	default:
		below, _ := object[step.Member].(map[string]any)
		if below == nil {
			below = map[string]any{}
			object[step.Member] = below
		}
		put(below, path[1:], value)
	}
}

// putElement writes an element, or into it; of a repeated key it writes all.
func putElement(list []any, key Step, path []Step, value any) []any {
	var out []any
	found := false
	for _, element := range list {
		if key.key(element) != key.Member {
			out = append(out, element)
			continue
		}
		found = true
		switch {
		case len(path) > 0:
			put(element.(map[string]any), path, value)
			out = append(out, element)
		case value != nil:
			out = append(out, value)
		}
	}
	if !found && value != nil && len(path) == 0 {
		out = append(out, value)
	}
	return out
}

// putInContainer writes into the container of that name; a new one is an init container.
func putInContainer(spec map[string]any, key Step, path []Step, value any) {
	for _, name := range []string{"containers", "initContainers"} {
		list, _ := spec[name].([]any)
		for _, element := range list {
			if key.key(element) == key.Member {
				put(element.(map[string]any), path, value)
				return
			}
		}
	}
	list, _ := spec["initContainers"].([]any)
	added := map[string]any{"name": key.Member}
	put(added, path, value)
	spec["initContainers"] = append(list, added)
}
