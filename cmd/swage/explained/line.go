package explained

// The signs of lines. Context says where the changes below it are.
const (
	Context = ' '
	Added   = '+'
	Removed = '-'
	// Ignored is what a template wanted and did not get.
	Ignored = '!'
)

// Line is one line of a diff.
type Line struct {
	Sign rune
	// Text is YAML, indented.
	Text string
	// By is who did it: a template, Swage or Server; empty on context, and on
	// lines that go on with what the line before began.
	By string
	// Why has the rules that decided, and notes.
	Why string
}

// Swage and Server stand in Line.By for those who are no templates.
const (
	Swage  = "swage"
	Server = "API server"
)
