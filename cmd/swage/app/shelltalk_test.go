package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream/wsstream" //nolint:staticcheck // the newer place is another module: a direct dependency for a test
	"k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/client-go/rest"

	"swage.dev/swage/cmd/swage/internal/attach"
	"swage.dev/swage/submitter"
)

// playedShell is a node with a container that is a shell: it begins with the first line, and answers in the words of play.
func playedShell(t *testing.T, play func(stdin *bufio.Reader, stdout, stderr io.Writer)) *rest.Config {
	t.Helper()
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
		defer connection.Close()
		_, _ = io.WriteString(streams[1], "+ exec bash\n")
		stdin := bufio.NewReader(streams[0])
		if first, err := stdin.ReadString('\n'); err != nil || first != "\n" {
			return
		}
		_, _ = io.WriteString(streams[1], submitter.ShellReady)
		_, _ = io.WriteString(streams[2], submitter.ShellReady)
		play(stdin, streams[1], streams[2])
		_ = json.NewEncoder(streams[3]).Encode(metav1.Status{Status: metav1.StatusSuccess})
	}))
	t.Cleanup(node.Close)
	return &rest.Config{Host: node.URL}
}

func talkTo(t *testing.T, config *rest.Config, input io.Reader, stdout, stderr io.Writer) error {
	t.Helper()
	s := &shellSession{p: &Process{Stdin: input, Stdout: stdout, Stderr: stderr}, config: config}
	driver := ends(0)
	driver.Name, driver.Namespace = "pyspark", "team"
	return s.talk(t.Context(), driver)
}

// S25: without a terminal the shell gets what is on standard input, and what it writes, and nothing else, is written here.
func TestS25TalkingWithoutATerminal(t *testing.T) {
	config := playedShell(t, func(stdin *bufio.Reader, stdout, stderr io.Writer) {
		program, _ := stdin.ReadString('\n')
		_, _ = io.WriteString(stdout, "ran "+program)
		_, _ = io.WriteString(stderr, "a warning\n")
	})
	var stdout, stderr bytes.Buffer
	err := talkTo(t, config, strings.NewReader("print(1)\n"), &stdout, &stderr)
	if err != nil || stdout.String() != "ran print(1)\n" || stderr.String() != "a warning\n" {
		t.Errorf("%v, %q, %q", err, &stdout, &stderr)
	}
}

type noRoom struct{}

var errNoRoom = errors.New("no space left")

func (noRoom) Write([]byte) (int, error) { return 0, errNoRoom }

// S25: output that cannot be written ends the talk: half of it would be taken for all.
func TestS25OutputThatCannotBeWritten(t *testing.T) {
	gone := make(chan struct{})
	config := playedShell(t, func(stdin *bufio.Reader, stdout, _ io.Writer) {
		defer close(gone)
		_, _ = io.WriteString(stdout, "1\n")
		_, _ = io.Copy(io.Discard, stdin) // until nobody is there
	})
	input, typing := io.Pipe()
	defer typing.Close()
	err := talkTo(t, config, input, noRoom{}, io.Discard)
	if !errors.Is(err, errOutput) || !errors.Is(err, errNoRoom) {
		t.Error(err)
	}
	<-gone
}

// S25: a shell that cannot be reached is no shell that ended.
func TestS25AShellThatCannotBeReached(t *testing.T) {
	node := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(node.Close)
	var stdout bytes.Buffer
	if err := talkTo(t, &rest.Config{Host: node.URL}, strings.NewReader(""), &stdout, io.Discard); err == nil || errors.Is(err, attach.ErrLost) || stdout.Len() != 0 {
		t.Errorf("%v, %q", err, &stdout)
	}
}
