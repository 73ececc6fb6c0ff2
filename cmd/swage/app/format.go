package app

import (
	"bytes"
	"encoding/json"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// format is one way to print what became of pods.
type format struct {
	name  string
	write func([]offline.Outcome) []byte
}

// formats are those of render, in the order in which help lists them.
func formats() []format {
	return []format{{"yaml", asYAML}, {"json", asJSON}, {"patch", asPatches}, {"changes", asChanges}}
}

func asJSON(outcomes []offline.Outcome) []byte {
	text := admitted(outcomes)
	if text == nil {
		return nil
	}
	return printer.JSON(text)
}

func asYAML(outcomes []offline.Outcome) []byte {
	text := admitted(outcomes)
	if text == nil {
		return nil
	}
	return podYAML(text)
}

func podYAML(text []byte) []byte {
	n, err := tree.Parse(text)
	if err != nil {
		return text // cannot happen: it was parsed before
	}
	return printer.YAML(n)
}

// admitted returns the one pod of the inputs, or a List when the inputs were
// several, whatever was denied; nil when there is nothing to print.
func admitted(outcomes []offline.Outcome) []byte {
	if len(outcomes) == 1 {
		return outcomes[0].JSON()
	}
	var items [][]byte
	for i := range outcomes {
		if pod := outcomes[i].JSON(); pod != nil {
			items = append(items, pod)
		}
	}
	var list bytes.Buffer
	list.WriteString(`{"apiVersion":"v1","items":[`)
	list.Write(bytes.Join(items, []byte(",")))
	list.WriteString(`],"kind":"List","metadata":{"resourceVersion":""}}`) // what kubectl get prints
	return list.Bytes()
}

func asPatches(outcomes []offline.Outcome) []byte {
	var out bytes.Buffer
	for i := range outcomes {
		switch result := &outcomes[i].Result; {
		case !result.Verdict.Allowed():
			out.WriteString("null")
		case result.Patch() == nil:
			out.WriteString("[]")
		default:
			out.Write(printer.Escaped(result.Patch()))
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// changeLine is one change for scripts. The order of its members is promised.
type changeLine struct {
	Pod        string          `json:"pod,omitempty"`
	Path       string          `json:"path"`
	Op         string          `json:"op"`
	Old        json.RawMessage `json:"old,omitempty"`
	New        json.RawMessage `json:"new,omitempty"`
	Template   string          `json:"template,omitempty"`
	Rule       string          `json:"rule,omitempty"`
	Resolution string          `json:"resolution,omitempty"`
	Note       string          `json:"note,omitempty"`
}

func newChangeLine(c *podtemplate.Change) changeLine {
	return changeLine{
		Path: c.Path, Op: string(c.Op), Old: c.Old, New: c.New,
		Template: c.Template, Rule: c.Rule, Resolution: string(c.Resolution),
	}
}

func asChanges(outcomes []offline.Outcome) []byte {
	var out bytes.Buffer
	for i := range outcomes {
		for _, change := range outcomes[i].Result.Changes {
			line := newChangeLine(&change)
			line.Pod = outcomes[i].Pod.String()
			writeLine(&out, line)
		}
	}
	return out.Bytes()
}

// writeLine writes v as JSON in one line, without the escapes that only HTML needs and with those that terminals need.
func writeLine(out *bytes.Buffer, v any) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // our own structs of strings and valid JSON
	}
	out.Write(printer.Escaped(line.Bytes()))
}
