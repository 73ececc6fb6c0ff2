package properties_test

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/e2e/properties/server"
)

// mistakes are what the server refuses because of some template alone: in a
// plain pod that says just what the template says, and has what that refers to. In the place of each container
// stands one that has nothing but probes and hooks to change; init containers
// are sidecars.
func mistakes(c generate.Case, selected []generate.Template, judge *server.Server) (found field.ErrorList, err error) {
	plain := c
	plain.Pod = plainPod(c, reference.ContainerNames(c, selected))
	for _, tpl := range selected {
		doc := reference.Copy(plain.Pod)
		for _, l := range reference.Expand(plain, []generate.Template{tpl}) {
			l.Put(doc)
		}
		generate.Provide(doc["spec"].(generate.Object))
		refused, err := judge.Validate([]byte(text(doc)))
		if err != nil {
			return nil, err
		}
		found = append(found, refused...)
	}
	return found, nil
}

func plainPod(c generate.Case, containers []string) generate.Object {
	spec := generate.Object{"restartPolicy": "Never"}
	regular := c.Pod["spec"].(generate.Object)["containers"].([]any)
	for _, name := range containers {
		list, container := "initContainers", plainContainer(name)
		if slices.ContainsFunc(regular, func(c any) bool { return c.(generate.Object)["name"] == name }) {
			list = "containers"
			delete(container, "restartPolicy")
		}
		elements, _ := spec[list].([]any)
		spec[list] = append(elements, container)
	}
	meta := generate.Object{"name": "p", "namespace": c.Namespace, "labels": c.Pod["metadata"].(generate.Object)["labels"]}
	return generate.Object{"metadata": meta, "spec": spec}
}

func plainContainer(name string) generate.Object {
	action := generate.Object{"exec": generate.Object{"command": []any{"true"}}}
	return generate.Object{
		"name": name, "image": "spark:4", "restartPolicy": "Always",
		"livenessProbe": action, "readinessProbe": action, "startupProbe": action,
		"lifecycle": generate.Object{"preStop": action, "postStart": action},
	}
}

// explained tells whether a refusal says the same about the same field as some mistake, wherever in lists.
func explained(mistakes field.ErrorList, path, message string) bool {
	return slices.ContainsFunc(mistakes, func(m *field.Error) bool {
		return lastName(m.Field) == lastName(path) && strings.Contains(message, m.Type.String()) && strings.Contains(message, m.Detail)
	})
}

// lastName is the last member in a path that is no index.
func lastName(path string) string {
	words := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	words = slices.DeleteFunc(words, func(word string) bool { return word[0] >= '0' && word[0] <= '9' })
	return words[len(words)-1]
}
