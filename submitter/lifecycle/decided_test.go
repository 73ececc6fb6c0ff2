package lifecycle_test

import (
	"errors"
	"net/http"
	"testing"

	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// withoutCredentials counts calls for which there are none.
type withoutCredentials struct{ calls int }

var errNoCredentials = errors.New("no credentials")

func (w *withoutCredentials) RoundTrip(*http.Request) (*http.Response, error) {
	w.calls++
	return nil, &apiserver.CredentialsError{Err: errNoCredentials}
}

// S5: an object that may have been created is looked for; one that nobody was asked to create is not: a plugin for
// credentials that failed would run again.
func TestS5NothingIsLookedForWithoutCredentials(t *testing.T) {
	var none withoutCredentials
	server := apiserver.New("https://h", &http.Client{Transport: &none})
	if _, err := lifecycle.Apply(t.Context(), server, submittertest.Request{Version: "4.1.2"}.Must(t)); !errors.Is(err, errNoCredentials) || none.calls != 1 {
		t.Errorf("a driver: %d calls, %v", none.calls, err)
	}
	none.calls = 0
	if _, err := lifecycle.ApplyJob(t.Context(), server, jobObjects(t, nil)); !errors.Is(err, errNoCredentials) || none.calls != 1 {
		t.Errorf("a Job: %d calls, %v", none.calls, err)
	}
}
