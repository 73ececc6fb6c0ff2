package app

import (
	"errors"
	"testing"

	"swage.dev/swage/submitter"
)

// S15: a submission that is planned twice, as --shape here does, runs spark-submit once; one that failed is tried again.
func TestS15TokensAreObtainedOnce(t *testing.T) {
	var shared *submitter.Tokens
	runs, failed := 0, errors.New("on purpose")
	obtain := sharing(&shared, func(submitter.TokenRequest) (submitter.Tokens, error) {
		if runs++; runs == 1 {
			return submitter.Tokens{}, failed
		}
		return submitter.Tokens{User: "alice"}, nil
	})
	if _, err := obtain(submitter.TokenRequest{}); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	for range 2 {
		if tokens, err := obtain(submitter.TokenRequest{}); err != nil || tokens.User != "alice" {
			t.Errorf("got %+v, %v", tokens, err)
		}
	}
	if runs != 2 {
		t.Errorf("spark-submit ran %d times, want once more after the failure", runs)
	}
}
