package podtemplate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A small RFC 6902 applier, so that what Result.Patch promises is judged by
// code that shares nothing with the code that writes patches.

func decodeJSON(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	return value
}

// applyPatch applies the operations in their order; each must find its target.
func applyPatch(document any, patch []byte) (any, error) {
	var operations []struct {
		Op, Path string
		Value    json.RawMessage
	}
	if err := json.Unmarshal(patch, &operations); err != nil {
		return nil, err
	}
	for i, o := range operations {
		var value any
		if o.Op != "remove" {
			d := json.NewDecoder(bytes.NewReader(o.Value))
			d.UseNumber()
			if err := d.Decode(&value); err != nil {
				return nil, fmt.Errorf("operation %d has no value: %w", i, err)
			}
		}
		tokens := strings.Split(o.Path, "/")
		var err error
		if document, err = edit(document, tokens[1:], o.Op, value); err != nil {
			return nil, fmt.Errorf("operation %d, %s %s: %w", i, o.Op, o.Path, err)
		}
	}
	return document, nil
}

func edit(in any, tokens []string, op string, value any) (any, error) {
	token := unescape(tokens[0])
	switch in := in.(type) {
	case map[string]any:
		return editObject(in, token, tokens[1:], op, value)
	case []any:
		return editList(in, token, tokens[1:], op, value)
	default:
		return nil, fmt.Errorf("%q is below a scalar", token)
	}
}

func editObject(in map[string]any, token string, below []string, op string, value any) (any, error) {
	old, found := in[token]
	switch {
	case !found && (op != "add" || len(below) > 0):
		return nil, fmt.Errorf("there is no %q", token)
	case len(below) > 0:
		member, err := edit(old, below, op, value)
		in[token] = member
		return in, err
	case op == "remove":
		delete(in, token)
	default:
		in[token] = value
	}
	return in, nil
}

func editList(in []any, token string, below []string, op string, value any) (any, error) {
	i, err := strconv.Atoi(token)
	last := len(in) - 1
	if op == "add" && len(below) == 0 {
		last++
	}
	switch {
	case err != nil || i < 0 || i > last:
		return nil, fmt.Errorf("there is no element %q", token)
	case len(below) > 0:
		in[i], err = edit(in[i], below, op, value)
		return in, err
	case op == "remove":
		return slices.Delete(in, i, i+1), nil
	case op == "add":
		return slices.Insert(in, i, value), nil
	}
	in[i] = value
	return in, nil
}

func unescape(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// lookUp follows a JSON Pointer.
func lookUp(in any, pointer string) (value any, found bool) {
	if pointer == "" {
		return in, true
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		switch at := in.(type) {
		case map[string]any:
			in, found = at[unescape(token)]
		case []any:
			i, err := strconv.Atoi(token)
			if found = err == nil && i < len(at); found {
				in = at[i]
			}
		default:
			found = false
		}
		if !found {
			return nil, false
		}
	}
	return in, true
}
