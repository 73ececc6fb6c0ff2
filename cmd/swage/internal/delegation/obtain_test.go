package delegation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/properties"
)

// actAs makes this test binary play spark-submit, in one of several ways.
const actAs = "SWAGE_TEST_ACT_AS"

func TestMain(m *testing.M) {
	if how := os.Getenv(actAs); how != "" {
		play(how, os.Args[1:])
		return
	}
	os.Exit(m.Run())
}

// report is what the player saw, in a file beside its SPARK_HOME.
type report struct {
	PID      int
	Args     []string
	Settings map[string]string
	Mode     fs.FileMode
	Folder   string
}

func play(how string, args []string) {
	conf := args[slices.Index(args, "--properties-file")+1]
	text, _ := os.ReadFile(conf)
	settings, _ := properties.Parse(string(text))
	info, _ := os.Stat(conf)
	seen, _ := json.Marshal(report{os.Getpid(), args, settings, info.Mode(), filepath.Dir(conf)})
	_ = os.WriteFile(os.Getenv("REPORT"), seen, 0o600)
	fmt.Println("26/11/21 INFO nothing of interest")
	fmt.Println("\tat a.stack.Trace")
	server := strings.TrimPrefix(args[slices.Index(args, "--master")+1], "k8s://")
	switch how {
	case "logged in":
		send(http.MethodPost, server+"/api/v1/namespaces/none/pods", `{"kind":"Pod","spec":{"containers":[{"env":[{"name":"SPARK_USER","value":"alice"}]}]}}`)
		send(http.MethodPatch, server+"/api/v1/namespaces/none/configmaps/c", `{"kind":"ConfigMap","data":{"a":"no base 64"}}`)
		send(http.MethodPatch, server+"/api/v1/namespaces/none/secrets/s", `{"kind":"Secret","metadata":{"name":"t-delegation-tokens"},"data":{"hadoop-tokens":"SERUUw=="}}`)
		select {} // it waits for the application's end
	case "hangs":
		select {}
	case "nobody logged in":
		send(http.MethodPost, server+"/api/v1/namespaces/none/pods", `{"kind":"Pod","spec":{"containers":[]}}`)
	default:
		fmt.Println("Exception in thread main: no such realm")
		os.Exit(1)
	}
}

func send(method, url, body string) {
	var config struct {
		Users []struct{ User struct{ Token string } }
	}
	text, _ := os.ReadFile(os.Getenv("KUBECONFIG"))
	_ = json.Unmarshal(text, &config)
	request, _ := http.NewRequest(method, url, strings.NewReader(body)) //nolint:noctx // this process has no context: it is there to be killed
	request.Header.Set("Authorization", "Bearer "+config.Users[0].User.Token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusCreated {
		fmt.Println("the server answers", answer, err)
		os.Exit(3)
	}
	_ = answer.Body.Close()
}

// player is a SPARK_HOME with the player's spark-submit, and where it reports.
func player(t *testing.T, how string) (Spark, string) {
	t.Helper()
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nexec '" + os.Args[0] + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(home, "bin", "spark-submit"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	saw := filepath.Join(home, "report")
	return Spark{Home: home, Environ: []string{actAs + "=" + how, "REPORT=" + saw, "PATH=" + os.Getenv("PATH")}}, saw
}

func read(t *testing.T, file string) (saw report) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &saw)
	}
	if err != nil {
		t.Fatal(err)
	}
	return saw
}

// S15: the tokens are those that spark-submit would have put into a Secret.
// Nothing is left behind, and no setting is an argument, which everybody may read.
func TestS15TokensOfSparkSubmit(t *testing.T) {
	spark, file := player(t, "logged in")
	got, err := spark.Obtain(t.Context(), submitter.TokenRequest{ProxyUser: "bob", Settings: map[string]string{"spark.hadoop.key": "s3cr3t"}})
	if err != nil || string(got.File) != "HDTS" || got.User != "alice" {
		t.Fatalf("got %q of %s, %v", got.File, got.User, err)
	}
	saw := read(t, file)
	if saw.Settings["spark.hadoop.key"] != "s3cr3t" || saw.Mode.Perm() != 0o600 || strings.Contains(strings.Join(saw.Args, " "), "s3cr3t") {
		t.Errorf("spark-submit saw %+v", saw)
	}
	if i := slices.Index(saw.Args, "--proxy-user"); i < 0 || saw.Args[i+1] != "bob" {
		t.Errorf("on behalf of nobody: %q", saw.Args)
	}
	if _, err := os.Stat(saw.Folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left: %v", saw.Folder, err)
	}
	if err := syscall.Kill(saw.PID, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("spark-submit is left: %v", err)
	}
}

func TestS15WhySparkSubmitObtainedNone(t *testing.T) {
	for how, want := range map[string]string{
		"nobody logged in": "nobody is logged in",
		"fails":            "exit status 1; it said:\n  Exception in thread main: no such realm",
	} {
		spark, _ := player(t, how)
		_, err := spark.Obtain(t.Context(), submitter.TokenRequest{})
		if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "of interest") || strings.Contains(err.Error(), "Trace") {
			t.Errorf("%s: got %v", how, err)
		}
	}
}

func TestS15NoSparkHome(t *testing.T) {
	if _, err := (Spark{}).Obtain(t.Context(), submitter.TokenRequest{}); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "SPARK_HOME") {
		t.Errorf("got %v", err)
	}
	if _, err := (Spark{Home: t.TempDir()}).Obtain(t.Context(), submitter.TokenRequest{}); !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "bin/spark-submit") {
		t.Errorf("got %v", err)
	}
}

// An interrupt ends spark-submit, and is the reason.
func TestS15AnInterruptEndsIt(t *testing.T) {
	spark, file := player(t, "hangs")
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	var waiting sync.WaitGroup
	waiting.Go(func() {
		often := time.NewTicker(10 * time.Millisecond)
		defer often.Stop()
		for range often.C { // until it runs
			if text, err := os.ReadFile(file); err == nil && json.Valid(text) {
				cancel(interrupted)
				return
			}
		}
	})
	defer waiting.Wait()
	if _, err := spark.Obtain(ctx, submitter.TokenRequest{}); !errors.Is(err, interrupted) {
		t.Errorf("got %v", err)
	}
	if err := syscall.Kill(read(t, file).PID, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("spark-submit is left: %v", err)
	}
}

// The server is on a port of this machine, which has other users.
func TestStrangersAreNotAnswered(t *testing.T) {
	s, err := listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	body := `{"kind":"Secret","metadata":{"name":"t-delegation-tokens"},"data":{"hadoop-tokens":"SERUUw=="}}`
	for _, password := range []string{"", "Bearer ", "Bearer guess"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/namespaces/none/secrets", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", password)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if _, ok := s.tokens(); ok || answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("%q: HTTP %d, tokens taken: %t", password, answer.StatusCode, ok)
		}
	}
}
