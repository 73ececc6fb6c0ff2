package apiserver_test

import (
	"net/http"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"swage.dev/swage/submitter/apiserver"
)

// A question about a right is a review of the caller, or of the one that is
// named; a subresource is asked for in the field that authorizers read.
func TestQuestionsAboutRights(t *testing.T) {
	attach := authorizationv1.ResourceAttributes{Namespace: "n", Verb: "create", Resource: "pods/attach"}
	for _, row := range []struct {
		rule string
		ask  func(*apiserver.Server) (bool, error)
		call string
		body []string
	}{
		{
			"the caller's", func(s *apiserver.Server) (bool, error) { return s.May(t.Context(), attach) },
			"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
			[]string{`"resource":"pods"`, `"subresource":"attach"`},
		},
		{"another's", func(s *apiserver.Server) (bool, error) {
			return s.MayUser(t.Context(), "somebody", []string{"some"}, attach)
		}, "/apis/authorization.k8s.io/v1/subjectaccessreviews", []string{`"user":"somebody"`, `"groups":["some"]`, `"subresource":"attach"`}},
	} {
		for answer, want := range map[string]bool{`{"status":{"allowed":true}}`: true, `{"status":{"allowed":false}}`: false} {
			played := &recorder{code: http.StatusCreated, answer: answer}
			allowed, err := row.ask(apiserver.New("https://h", &http.Client{Transport: played}))
			if err != nil || allowed != want {
				t.Errorf("%s: %s is %v, %v", row.rule, answer, allowed, err)
			}
			if !strings.Contains(played.call, row.call) {
				t.Errorf("%s: called %s", row.rule, played.call)
			}
			for _, part := range row.body {
				if !strings.Contains(played.body, part) {
					t.Errorf("%s: %s is not in %s", row.rule, part, played.body)
				}
			}
		}
		played := &recorder{code: http.StatusForbidden, answer: `{"kind":"Status","apiVersion":"v1","code":403,"reason":"Forbidden"}`}
		if allowed, err := row.ask(apiserver.New("https://h", &http.Client{Transport: played})); allowed || err == nil {
			t.Errorf("%s: refused, and %v, %v", row.rule, allowed, err)
		}
	}
}
