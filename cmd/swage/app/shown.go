package app

import (
	"slices"
	"strings"
	"unicode/utf8"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// secretive are the members whose values may be secret. Text is passed on in
// tickets and chats, so it shows where they are and not what they are.
func secretive() []string {
	return []string{"env", "args", "command", "annotations", "httpHeaders"}
}

// notShown stands for a value that may be secret.
const notShown = "(not shown)"

// shownLength keeps a change in about one line of a terminal.
const shownLength = 80

// shownChange is what a change's values look like in text: old -> new, or what
// the pod kept and what the template wanted; and the note.
func shownChange(c *changeLine) string {
	text := shown(c.Path, c.New)
	switch {
	case len(c.Old) > 0 && c.Op == string(podtemplate.OpNone):
		text = "is " + shown(c.Path, c.Old) + ", not " + text
	case len(c.Old) > 0:
		text = shown(c.Path, c.Old) + " -> " + text
	}
	if c.Note != "" {
		text += " (" + c.Note + ")"
	}
	return text
}

// shown is the value at a path, shortened and without what may be secret; "-" is no value.
func shown(path string, value []byte) string {
	if len(value) == 0 {
		return "-"
	}
	n, err := tree.Parse(value)
	if err != nil {
		return notShown
	}
	for token := range strings.SplitSeq(path, "/") {
		if slices.Contains(secretive(), token) {
			return strings.TrimSpace(n.Get("name").Text() + " " + notShown)
		}
	}
	hide(n)
	return shortened(n.JSON())
}

func hide(n *tree.Node) {
	for _, kid := range n.Kids() {
		if slices.Contains(secretive(), kid.Name()) {
			kid.Replace(tree.NewString(notShown))
			continue
		}
		hide(kid)
	}
}

func shortened(text string) string {
	if utf8.RuneCountInString(text) <= shownLength {
		return text
	}
	return string([]rune(text)[:shownLength-3]) + "..."
}
