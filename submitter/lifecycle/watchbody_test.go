package lifecycle_test

import (
	"context"
	"net/http"
	"strconv"
)

// eventsSince are the events after a version, as JSON, the version of the last of
// them, and what is closed when there are more. An error ends the watch.
type eventsSince func(version int) (text []byte, latest int, moved <-chan struct{}, err error)

// watching is the answer to a request for a watch, from the version that it names on.
func watching(r *http.Request, since eventsSince) *http.Response {
	after, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: &watchBody{since: since, ctx: r.Context(), after: after}}
}

// watchBody is the body of such an answer: it has an end when its request has one.
type watchBody struct {
	since eventsSince
	ctx   context.Context //nolint:containedctx // a body lives as long as its request
	after int
	rest  []byte
}

func (b *watchBody) Read(into []byte) (int, error) {
	for len(b.rest) == 0 {
		text, latest, moved, err := b.since(b.after)
		if err != nil {
			return 0, err
		}
		b.rest, b.after = text, latest
		if len(text) > 0 {
			break
		}
		select {
		case <-moved:
		case <-b.ctx.Done():
			return 0, b.ctx.Err()
		}
	}
	n := copy(into, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (*watchBody) Close() error { return nil }
