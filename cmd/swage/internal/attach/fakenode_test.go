package attach

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"          //nolint:staticcheck // the newer place is another module: a direct dependency for a test
	"k8s.io/apimachinery/pkg/util/httpstream/spdy"     //nolint:staticcheck // the newer place is another module: a direct dependency for a test
	"k8s.io/apimachinery/pkg/util/httpstream/wsstream" //nolint:staticcheck // the newer place is another module: a direct dependency for a test
	"k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/client-go/rest"
)

// session is one connection as the node sees it. Streams that were not asked for are nil.
type session struct {
	request                *http.Request
	stdin, resize          io.Reader
	stdout, stderr, status io.Writer
	ends                   []func() error // what ends the session when all has been said
	breakOff               func()         // cuts the line, as a node that is gone
}

type lineKey struct{}

func cutter(r *http.Request) func() {
	return func() { _ = r.Context().Value(lineKey{}).(net.Conn).Close() }
}

// node serves attach and exec by both protocols.
type node struct {
	noWebSockets bool
	refuse       *metav1.Status // instead of connecting
	serve        func(s *session) *metav1.Status

	mu    sync.Mutex
	asked []string // method and path of each request
}

func (n *node) start(t *testing.T) *rest.Config {
	server := httptest.NewUnstartedServer(n)
	server.Config.ConnContext = func(ctx context.Context, connection net.Conn) context.Context {
		return context.WithValue(ctx, lineKey{}, connection)
	}
	server.Start()
	t.Cleanup(server.Close)
	return &rest.Config{Host: server.URL}
}

func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	n.asked = append(n.asked, r.Method+" "+r.URL.Path)
	n.mu.Unlock()
	websocket := wsstream.IsWebSocketRequest(r)
	switch {
	case n.refuse != nil:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(n.refuse.Code))
		_ = json.NewEncoder(w).Encode(n.refuse)
	case websocket && n.noWebSockets:
		http.Error(w, "what is an upgrade?", http.StatusBadRequest)
	case websocket:
		n.overWebSocket(w, r)
	default:
		n.overSPDY(w, r)
	}
}

func (n *node) overWebSocket(w http.ResponseWriter, r *http.Request) {
	connection := wsstream.NewConn(map[string]wsstream.ChannelProtocolConfig{remotecommand.StreamProtocolV5Name: {
		Binary: true,
		Channels: []wsstream.ChannelType{
			wsstream.ReadChannel, wsstream.WriteChannel, wsstream.WriteChannel, wsstream.WriteChannel, wsstream.ReadChannel,
		},
	}})
	_, streams, err := connection.Open(w, r)
	if err != nil {
		return
	}
	s := &session{
		request: r, stdin: streams[0], stdout: streams[1], stderr: streams[2], status: streams[3], resize: streams[4],
		breakOff: cutter(r),
	}
	n.answer(s)
	connection.Close()
}

func (n *node) overSPDY(w http.ResponseWriter, r *http.Request) {
	_, _ = httpstream.Handshake(r, w, []string{remotecommand.StreamProtocolV4Name})
	opened := make(chan httpstream.Stream, 5)
	connection := spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(stream httpstream.Stream, _ <-chan struct{}) error {
		opened <- stream
		return nil
	})
	if connection == nil {
		return
	}
	defer connection.Close()
	n.answer(collect(r, opened))
}

// collect waits for as many streams as the request asks for.
func collect(r *http.Request, opened <-chan httpstream.Stream) *session {
	s := &session{request: r, breakOff: cutter(r)}
	query := r.URL.Query()
	wanted := 1
	for _, name := range []string{"stdin", "stdout", "stderr", "tty"} {
		if query.Get(name) == "true" {
			wanted++
		}
	}
	for range wanted {
		stream := <-opened
		s.ends = append(s.ends, stream.Close)
		switch stream.Headers().Get(corev1.StreamType) {
		case corev1.StreamTypeStdin:
			s.stdin = stream
		case corev1.StreamTypeStdout:
			s.stdout = stream
		case corev1.StreamTypeStderr:
			s.stderr = stream
		case corev1.StreamTypeError:
			s.status = stream
		case corev1.StreamTypeResize:
			s.resize = stream
		}
	}
	return s
}

// answer plays the session, and says how it ended unless that is nil.
func (n *node) answer(s *session) {
	status := n.serve(s)
	if status == nil {
		return
	}
	_ = json.NewEncoder(s.status).Encode(status)
	for _, end := range s.ends {
		_ = end()
	}
	if s.stdin != nil && len(s.ends) > 0 {
		_, _ = io.Copy(io.Discard, s.stdin) // until the client has gone
	}
}
