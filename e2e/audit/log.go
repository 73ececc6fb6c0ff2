package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// readEvery: the server writes an event just after it has answered, so the
// first look may come too early; the next ones find it.
const readEvery = 5 * time.Millisecond

// Log is an audit log that the server is still writing. It is read forward
// only, each event once, and may be used by several tests at a time.
type Log struct {
	path string

	mu     sync.Mutex // guards what follows
	offset int64
	events []*Event
}

// Open reads the log at path, which need not exist yet.
func Open(path string) *Log { return &Log{path: path} }

// Find waits for the first event that match accepts. It fails when ctx is done.
func (l *Log) Find(ctx context.Context, match func(*Event) bool) (*Event, error) {
	tick := time.NewTicker(readEvery)
	defer tick.Stop()
	for seen := 0; ; {
		events, err := l.read()
		if err != nil {
			return nil, err
		}
		for ; seen < len(events); seen++ {
			if match(events[seen]) {
				return events[seen], nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("no such event among %d in %s: %w", seen, l.path, ctx.Err())
		case <-tick.C:
		}
	}
}

// All are the events until now that match accepts. The server may still be
// writing that of a request it has just answered.
func (l *Log) All(match func(*Event) bool) ([]*Event, error) {
	events, err := l.read()
	if err != nil {
		return nil, err
	}
	var matching []*Event
	for _, e := range events {
		if match(e) {
			matching = append(matching, e)
		}
	}
	return matching, nil
}

// Created waits for the event of the request that created the object with this
// UID, a dry run included.
func (l *Log) Created(ctx context.Context, uid types.UID) (*Event, error) {
	return l.Find(ctx, func(e *Event) bool { return e.Verb == "create" && e.uid == uid })
}

// CallsOf are the calls of mutating webhooks for the request that created the
// object with this UID, in the order they were made.
func (l *Log) CallsOf(ctx context.Context, uid types.UID) ([]Call, error) {
	event, err := l.Created(ctx, uid)
	if err != nil {
		return nil, err
	}
	return event.Calls()
}

// read appends what was written since the last call and returns all events.
func (l *Log) read() ([]*Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	data, err := l.readOn()
	if err != nil {
		return nil, err
	}
	for {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole { // the server has not finished this line
			return l.events, nil
		}
		event, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s, offset %d: %w", l.path, l.offset, err)
		}
		l.events = append(l.events, event)
		l.offset += int64(len(line)) + 1
		data = rest
	}
}

func (l *Log) readOn() ([]byte, error) {
	file, err := os.Open(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.NewSectionReader(file, l.offset, 1<<62))
}

func parse(line []byte) (*Event, error) {
	event := &Event{}
	if err := json.Unmarshal(line, &event.Event); err != nil {
		return nil, err
	}
	if event.ResponseObject == nil {
		return event, nil
	}
	var made struct {
		Metadata struct {
			UID types.UID `json:"uid"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(event.ResponseObject.Raw, &made); err != nil {
		return nil, err
	}
	event.uid = made.Metadata.UID
	return event, nil
}

// Event is one request and its answer.
type Event struct {
	auditv1.Event
	uid types.UID // of the object in the response; empty when there is none
}
