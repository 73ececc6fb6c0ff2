package lifecycle

import (
	"regexp"
	"slices"
	"strings"
)

// What exceptions look like in the log of a driver.
var (
	traceback    = "Traceback (most recent call last):"
	uncaught     = regexp.MustCompile(`^Exception in thread "[^"]*" \S`)
	thrown       = regexp.MustCompile(`^[\w.$]+\.[\w$]*(Exception|Error|Throwable|Failure|Interrupt)\b`)
	causedBy     = regexp.MustCompile(`^Caused by: `)
	frame        = regexp.MustCompile(`^\s+(at |\.\.\. \d+ (more|common frames))`)
	logged       = regexp.MustCompile(`^\d\d/\d\d/\d\d \d\d:\d\d:\d\d `)
	submitError  = regexp.MustCompile(`^(Error|error): \S`) // spark-submit's own, in the driver
	outOfHeap    = regexp.MustCompile(`java\.lang\.OutOfMemoryError: (Java heap space|GC overhead limit exceeded)`)
	sparksPython = regexp.MustCompile(`/(pyspark|py4j|pyspark\.zip|py4j-[^/]*\.zip)/`)
	refusedByAPI = regexp.MustCompile(`Failure executing: POST at: \S+/pods\. Message: (.*?)(?: Received status: .*)?$`)
)

// Of an exception, this much is told.
const (
	framesTold  = 3
	causesTold  = 3
	messageTold = 4
	linesTold   = 14
	lineTold    = 300 // characters
)

// exceptionHead is what tells most of the exception that ended a driver, some
// lines of its log; without any, the log's last lines.
func exceptionHead(log string) []string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], "\r ")
	}
	at := slices.IndexFunc(reversed(lines), func(l string) bool { return l == traceback || uncaught.MatchString(l) })
	switch {
	case at >= 0 && lines[len(lines)-1-at] == traceback:
		return shortLines(pythonHead(lines[len(lines)-1-at:]))
	case at >= 0:
		return shortLines(javaHead(lines[len(lines)-1-at:]))
	}
	for i := len(lines) - 2; i >= 0; i-- { // logged by Spark, with its stack
		if thrown.MatchString(lines[i]) && frame.MatchString(lines[i+1]) {
			return shortLines(javaHead(lines[i:]))
		}
	}
	if at := slices.IndexFunc(reversed(lines), submitError.MatchString); at >= 0 {
		return shortLines(lines[len(lines)-1-at:][:1])
	}
	return shortLines(lastWords(lines))
}

func reversed(lines []string) []string {
	back := slices.Clone(lines)
	slices.Reverse(back)
	return back
}

// javaHead is the exception with its first frames, and each cause with its first. A message may have several lines: that
// of Python's on an executor has its traceback.
func javaHead(lines []string) []string {
	head := lines[:1:1]
	frames, causes, message := framesTold, causesTold, messageTold
	for _, line := range lines[1:] {
		switch {
		case logged.MatchString(line):
			return head
		case causedBy.MatchString(line) && causes > 0:
			head, frames, causes, message = append(head, line), 1, causes-1, messageTold
		case frame.MatchString(line):
			if message = 0; frames > 0 && strings.HasPrefix(strings.TrimSpace(line), "at ") {
				head, frames = append(head, line), frames-1
			}
		case message > 0 && strings.TrimSpace(line) != "":
			head, message = append(head, line), message-1
		}
	}
	return head
}

// pythonHead is the exception, where the program raised it, and the causes of one that came from the JVM.
func pythonHead(lines []string) []string {
	end := 1
	for end < len(lines) && (lines[end] == "" || strings.HasPrefix(lines[end], " ")) {
		end++
	}
	raised := raisedAt(lines[1:end])
	var head []string
	for i := end; i < len(lines) && !logged.MatchString(lines[i]); i++ {
		switch line := lines[i]; {
		case strings.HasPrefix(line, ": "): // Py4J: the exception of the JVM
			return append(append(head, raised...), javaHead(append([]string{strings.TrimPrefix(line, ": ")}, lines[i+1:]...))...)
		case frame.MatchString(line), line == "":
			return append(head, raised...)
		case len(head) < messageTold:
			head = append(head, line)
		}
	}
	return append(head, raised...)
}

// raisedAt is the last place of a traceback that is the program's own, not Spark's.
func raisedAt(lines []string) []string {
	var own, last []string
	for i, line := range lines {
		if !strings.HasPrefix(line, "  File ") {
			continue
		}
		last = lines[i : i+1]
		if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "    ") {
			last = lines[i : i+2]
		}
		if !sparksPython.MatchString(line) {
			own = last
		}
	}
	if own == nil {
		return last
	}
	return own
}

// lastWords are the last lines with something in them.
func lastWords(lines []string) []string {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.TrimSpace(l) == "" })
	return lines[max(0, len(lines)-framesTold):]
}

func shortLines(lines []string) []string {
	short := slices.Clone(lines[:min(len(lines), linesTold)])
	for i, line := range short {
		if runes := []rune(line); len(runes) > lineTold {
			short[i] = string(runes[:lineTold]) + " ..."
		}
	}
	return short
}

// refusedExecutor is why the API server did not let a driver make an executor, by the driver's log; "" where it let it. One
// that exists already is no refusal: somebody made it for the driver.
func refusedExecutor(log string) string {
	last := ""
	for line := range strings.Lines(log) {
		if found := refusedByAPI.FindStringSubmatch(strings.TrimSpace(line)); found != nil && !strings.Contains(found[1], "already exists") {
			last = found[1]
		}
	}
	return last
}
