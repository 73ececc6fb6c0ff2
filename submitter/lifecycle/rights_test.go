package lifecycle_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// reviewer answers reviews of access: not to those who may not have it.
func reviewer(t *testing.T, missing ...string) (server *apiserver.Server, asked func() []authorizationv1.ResourceAttributes) {
	t.Helper()
	var mu sync.Mutex
	var all []authorizationv1.ResourceAttributes
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		review := &authorizationv1.SelfSubjectAccessReview{}
		if r.URL.Path != "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" || json.NewDecoder(r.Body).Decode(review) != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		attributes := review.Spec.ResourceAttributes
		all = append(all, *attributes)
		review.Status.Allowed = true
		for _, name := range missing {
			review.Status.Allowed = review.Status.Allowed && name != attributes.Resource+"/"+attributes.Subresource
		}
		_ = json.NewEncoder(w).Encode(review)
	}))
	t.Cleanup(listening.Close)
	return apiserver.New(listening.URL, listening.Client()), func() []authorizationv1.ResourceAttributes {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

// S22, S25: what somebody may not do is told before anything is done, all of it at once.
func TestMissingRightsAreNamed(t *testing.T) {
	rights := []lifecycle.Right{{Verb: "create", Group: "batch", Resource: "jobs"}, {Verb: "create", Resource: "pods/attach"}, {Verb: "watch", Resource: "pods"}}
	server, asked := reviewer(t, "jobs/", "pods/attach")
	err := lifecycle.CheckRights(t.Context(), server, "team-a", rights...)
	if !errors.Is(err, lifecycle.ErrMissingRights) || !strings.HasSuffix(err.Error(), "in namespace team-a: create jobs.batch, create pods/attach") {
		t.Errorf("got %v", err)
	}
	for _, attributes := range asked() {
		if attributes.Namespace != "team-a" || (attributes.Group == "batch") != (attributes.Resource == "jobs") || attributes.Verb == "" {
			t.Errorf("asked for %+v", attributes)
		}
	}
	if server, _ := reviewer(t); lifecycle.CheckRights(t.Context(), server, "team-a", rights...) != nil {
		t.Error("who has all rights is refused")
	}
}

// A server that does not say does not keep anybody from trying.
func TestRightsThatNobodyKnows(t *testing.T) {
	listening := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(listening.Close)
	server := apiserver.New(listening.URL, listening.Client())
	if err := lifecycle.CheckRights(t.Context(), server, "team-a", lifecycle.Right{Verb: "create", Resource: "pods/attach"}); err != nil {
		t.Error(err)
	}
}
