package app

import (
	"bytes"
	"net"
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{nil, "expected a command"},
		{[]string{"wait"}, `"wait" is no command`},
		{[]string{"wait-driver"}, "one HOST:PORT"},
		{[]string{"wait-driver", "a:1", "b:1"}, "one HOST:PORT"},
		{[]string{"wait-driver", "driver"}, "expected HOST:PORT"},
		{[]string{"wait-driver", ":7079"}, "expected HOST:PORT"},
		{[]string{"wait-driver", "--timeout", "soon", "a:1"}, "invalid value"},
		{[]string{"wait-driver", "--timeout", "-1s", "a:1"}, "more than nothing"},
		{[]string{"wait-driver", "--other", "a:1"}, "not defined"},
		{[]string{"receive", "--files", "1"}, "one FOLDER"},
		{[]string{"receive", "staged"}, "how many"},
		{[]string{"receive", "--files", "1", "--bytes", "-1", "staged"}, "how many"},
		{[]string{"receive", "--files", "1", "--timeout", "0s", "staged"}, "more than nothing"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Main(t.Context(), row.args, nil, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), row.want) || stdout.Len() > 0 {
			t.Errorf("%q: %d, %s", row.args, code, &stderr)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := Main(t.Context(), []string{"--help"}, nil, &stdout, &stderr); code != exitOK || stdout.String() != usage || stderr.Len() > 0 {
		t.Errorf("help: %d, %s", code, &stderr)
	}
}

// The program as it runs in the pod, with the system's resolver and a port that is open.
func TestS7ADriverThatListens(t *testing.T) {
	listening, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listening.Close()
	var stdout, stderr bytes.Buffer
	if code := Main(t.Context(), []string{"wait-driver", "--timeout", "1m", listening.Addr().String()}, nil, &stdout, &stderr); code != exitOK {
		t.Errorf("%d: %s", code, &stderr)
	}
}
