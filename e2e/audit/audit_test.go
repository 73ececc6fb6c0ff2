package audit

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

// twoCalls is cut from a real server's log: two rounds of one webhook, the
// second without a change.
const twoCalls = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"a","stage":"ResponseComplete","verb":"create","responseObject":{"metadata":{"uid":"u-1"}},"annotations":{` +
	`"mutation.webhook.admission.k8s.io/round_1_index_0":"{\"configuration\":\"00-swage\",\"webhook\":\"shape.swage.dev\",\"mutated\":false}",` +
	`"mutation.webhook.admission.k8s.io/round_0_index_0":"{\"configuration\":\"00-swage\",\"webhook\":\"shape.swage.dev\",\"mutated\":true}",` +
	`"patch.webhook.admission.k8s.io/round_0_index_0":"{\"configuration\":\"00-swage\",\"webhook\":\"shape.swage.dev\",\"patch\":[{\"op\":\"add\",\"path\":\"/metadata/labels/x\",\"value\":\"y\"}],\"patchType\":\"JSONPatch\"}",` +
	`"mutation.webhook.admission.k8s.io/round_0_index_1":"{\"configuration\":\"other\",\"webhook\":\"o.example.com\",\"mutated\":false}",` +
	`"failed-open.mutation.webhook.admission.k8s.io/round_0_index_1":"o.example.com",` +
	`"shape.swage.dev/templates":"team-a/spot"}}`

func TestCallsComeInTheServersOrder(t *testing.T) {
	calls := callsOf(t, twoCalls)
	if len(calls) != 3 {
		t.Fatalf("got %d calls, want 3", len(calls))
	}
	first, open, again := calls[0], calls[1], calls[2]
	if first.Round != 0 || !first.Mutated || !strings.Contains(string(first.Patch), "/metadata/labels/x") {
		t.Errorf("round 0: got %+v with patch %s", first, first.Patch)
	}
	if open.Webhook != "o.example.com" || open.Index != 1 || !open.FailedOpen {
		t.Errorf("the call that failed open: got %+v", open)
	}
	if again.Round != 1 || again.Mutated || again.Patch != nil {
		t.Errorf("round 1: got %+v", again)
	}
}

func callsOf(t *testing.T, line string) []Call {
	t.Helper()
	event, err := parse([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	calls, err := event.Calls()
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func TestSentIsTheWebhooksOwn(t *testing.T) {
	event, err := parse([]byte(twoCalls))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"templates": "team-a/spot"}
	if got := event.Sent("shape.swage.dev"); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLogIsReadWhileTheServerWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	log := Open(path)
	if events, err := log.read(); err != nil || len(events) != 0 {
		t.Fatalf("before the server writes: got %d events, %v", len(events), err)
	}
	half := len(twoCalls) / 2
	write(t, path, twoCalls[:half])
	if events, err := log.read(); err != nil || len(events) != 0 {
		t.Fatalf("half a line: got %d events, %v", len(events), err)
	}
	write(t, path, twoCalls[half:]+"\n")
	event, err := log.Created(t.Context(), "u-1")
	if err != nil || event.AuditID != "a" {
		t.Fatalf("got %v, %v", event, err)
	}
	if events, err := log.read(); err != nil || len(events) != 1 {
		t.Fatalf("read twice: got %d events, %v", len(events), err)
	}
	for id, want := range map[types.UID]int{"u-1": 1, "u-2": 0} {
		if events, err := log.All(func(e *Event) bool { return e.uid == id }); err != nil || len(events) != want {
			t.Errorf("all of %s: got %d events, %v", id, len(events), err)
		}
	}
}

func TestFindGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(filepath.Join(t.TempDir(), "none")).Created(ctx, types.UID("u-2"))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
}

func TestABrokenLineIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	write(t, path, "{\n")
	if _, err := Open(path).read(); err == nil || !strings.Contains(err.Error(), path) {
		t.Fatalf("got %v, want an error that names the file", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
