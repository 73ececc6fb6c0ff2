package delegation

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"swage.dev/swage/submitter"
)

const (
	kubeconfigName = "kubeconfig"
	// Names that Spark gives: the Secret's ends so, its item is called so.
	secretSuffix = "-delegation-tokens"
	secretItem   = "hadoop-tokens"
	// mostBytes is more than the API server takes of any object.
	mostBytes = 4 << 20
)

// server is as much of an API server as spark-submit needs: it answers each
// creation with what was sent. It is this machine's alone, and takes a password
// that no other user of it can know.
type server struct {
	url      string
	password string
	http     *http.Server
	serving  sync.WaitGroup
	sent     chan struct{} // closed when there are tokens

	mu      sync.Mutex
	called  bool
	file    []byte
	user    string
	gotFile sync.Once
}

func listen(ctx context.Context) (*server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{url: "http://" + listener.Addr().String(), password: rand.Text(), sent: make(chan struct{})}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.serving.Go(func() { _ = s.http.Serve(listener) }) // it ends by close
	return s, nil
}

func (s *server) close() {
	_ = s.http.Close()
	s.serving.Wait()
}

// kubeconfig is what spark-submit finds the password in.
func (s *server) kubeconfig() string {
	return fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","current-context":"swage","contexts":[{"name":"swage","context":{"cluster":"swage","user":"swage"}}],`+
		`"clusters":[{"name":"swage","cluster":{"server":%q}}],"users":[{"name":"swage","user":{"token":%q}}]}`, s.url, s.password)
}

// object is what matters of what is sent: a Pod's variables, a Secret's data.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string][]byte
	Spec     struct {
		Containers []struct {
			Env []struct{ Name, Value string }
		}
	}
}

// ServeHTTP answers writes with what was sent, and all else with 404.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.password)) != 1 {
		status(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	if r.Method != http.MethodPost && r.Method != http.MethodPatch {
		status(w, http.StatusNotFound, "NotFound")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
	if err != nil {
		status(w, http.StatusBadRequest, "BadRequest")
		return
	}
	s.keep(body)
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(body)
}

func status(w http.ResponseWriter, code int, reason string) {
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d}`, reason, code)
}

func (s *server) keep(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.called = true
	var sent object
	if json.Unmarshal(body, &sent) != nil {
		return // a ConfigMap, whose data is no base 64
	}
	if sent.Kind == "Pod" && len(sent.Spec.Containers) > 0 {
		for _, variable := range sent.Spec.Containers[0].Env {
			if variable.Name == "SPARK_USER" {
				s.user = variable.Value
			}
		}
	}
	if file := sent.Data[secretItem]; sent.Kind == "Secret" && strings.HasSuffix(sent.Metadata.Name, secretSuffix) && len(file) > 0 {
		s.gotFile.Do(func() {
			s.file = file
			close(s.sent)
		})
	}
}

func (s *server) reached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.called
}

func (s *server) tokens() (submitter.Tokens, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return submitter.Tokens{File: s.file, User: s.user}, s.file != nil
}
