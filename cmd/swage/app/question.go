package app

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

// decision is what becomes of an application whose waiting was interrupted.
type decision string

const (
	leave decision = "leave" // it goes on, and nobody waits
	kill  decision = "kill"
	wait  decision = "wait" // waiting goes on
)

// onInterrupt are the values of --on-interrupt.
func onInterrupt() []string { return []string{string(leave), string(kill)} }

const questionText = "The application goes on. Leave it, kill it, or wait on? [l/k/W] "

// question is asked on a terminal, while other things go on.
type question struct {
	terminal *os.File
	answer   chan decision // one, unless the question is withdrawn
	done     chan struct{}
}

// ask asks. Whoever does must withdraw the question at last.
func ask(terminal *os.File) *question {
	q := &question{terminal: terminal, answer: make(chan decision, 1), done: make(chan struct{})}
	fmt.Fprint(terminal, questionText)
	go func() {
		defer close(q.done)
		answers := bufio.NewReader(terminal)
		for {
			line, err := answers.ReadString('\n')
			if err != nil {
				if !os.IsTimeout(err) {
					q.answer <- leave // the terminal is gone
				}
				return
			}
			if d := decided(line); d != "" {
				q.answer <- d
				return
			}
			fmt.Fprint(terminal, questionText)
		}
	}()
	return q
}

// decided is what an answer means, "" when nobody knows.
func decided(answer string) decision {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "l", "leave":
		return leave
	case "k", "kill":
		return kill
	case "", "w", "wait":
		return wait
	}
	return ""
}

// withdraw ends the question, answered or not.
func (q *question) withdraw() {
	// Where the system cannot end a read of a terminal the process's end does.
	if q.terminal.SetReadDeadline(time.Unix(1, 0)) == nil {
		<-q.done
	}
	_ = q.terminal.Close() // nothing was written that could be lost
}
