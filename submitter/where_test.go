package submitter_test

import (
	"errors"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
)

func TestS10Server(t *testing.T) {
	for _, row := range []struct{ rule, master, server, env, want string }{
		{"a host means https", "k8s://h:6443", "", "", "https://h:6443"},
		{"http is what it is", "k8s://http://h", "", "", "http://h"},
		{"without --master the context's server", "", "https://ctx", "", "https://ctx"},
		{"--master before the context", "k8s://https://m", "https://ctx", "k8s://env", "https://m"},
		{"$MASTER before the context", "", "https://ctx", "k8s://env", "https://env"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			r := request{noMaster: true, server: row.server}
			if row.master != "" {
				r.args = []string{"--master", row.master}
			}
			if row.env != "" {
				r.env = map[string]string{"MASTER": row.env}
			}
			objects := r.must(t)
			if objects.Server != row.want || conf(t, objects)["spark.master"] != "k8s://"+row.want {
				t.Errorf("got %s, %s", objects.Server, conf(t, objects)["spark.master"])
			}
		})
	}
}

func TestS10TheContextIsASetting(t *testing.T) {
	r := request{noMaster: true, server: "https://CONTEXT.example.com", args: []string{"--conf", "spark.kubernetes.context=prod"}}
	if got := r.must(t).Server; got != "https://prod.example.com" {
		t.Errorf("got %s", got)
	}
}

func TestS10MastersThatAreNotKubernetes(t *testing.T) {
	for _, master := range []string{"yarn", "local[*]", "spark://h:7077", "k8s://", "k8s://ftp://h"} {
		if _, err := (request{args: []string{"--master", master}}).plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), master) {
			t.Errorf("%s: %v", master, err)
		}
	}
	if _, err := (request{noMaster: true}).plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "--master") {
		t.Errorf("none: %v", err)
	}
}

// What is no server's URL is refused before anything is created, and what may be a password is not said again.
func TestS10MastersThatAreNoURL(t *testing.T) {
	for _, row := range []struct{ rule, master, says string }{
		{"a port that is none", "k8s://h:port", "invalid port"},
		{"no host", "k8s://http://", "names no host"},
		{"a port alone", "k8s://:6443", "names no host"},
		{"a query", "k8s://https://h?token=hunter2", "?"},
		{"a password", "k8s://me:hunter2@h:6443", "leave them out"},
		{"a password in a URL that is none otherwise", "k8s://https://me:hunter2@h:port", "leave them out"},
	} {
		_, err := (request{args: []string{"--master", row.master}}).plan(t)
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

func TestS10Namespace(t *testing.T) {
	set := []string{"--conf", "spark.kubernetes.namespace=a"}
	for _, row := range []struct {
		rule string
		request
		want, setting string
	}{
		{"default, as Spark", request{}, "default", ""},
		{"the setting", request{args: set}, "a", "a"},
		{"the caller's", request{namespace: "b"}, "b", "b"},
		{"both, the same", request{args: set, namespace: "a"}, "a", "a"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			objects := row.must(t)
			if objects.Namespace != row.want || conf(t, objects)["spark.kubernetes.namespace"] != row.setting {
				t.Errorf("got %s, setting %q", objects.Namespace, conf(t, objects)["spark.kubernetes.namespace"])
			}
			for _, o := range objects.All() {
				if o.GetNamespace() != row.want {
					t.Errorf("%s is in %s", o.GetName(), o.GetNamespace())
				}
			}
		})
	}
	if _, err := (request{args: set, namespace: "b"}).plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "two namespaces") {
		t.Errorf("both, different: %v", err)
	}
}

func TestS11DeployMode(t *testing.T) {
	if mode := conf(t, request{}.must(t))["spark.submit.deployMode"]; mode != "cluster" {
		t.Errorf("without --deploy-mode it is %q", mode)
	}
	for _, r := range []request{{args: []string{"--deploy-mode", "client"}}, {env: map[string]string{"DEPLOY_MODE": "client"}}} {
		if _, err := r.plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "use spark-submit") {
			t.Errorf("client: %v", err)
		}
	}
}

func TestPlanWithoutALine(t *testing.T) {
	if _, err := submitter.Plan(submitter.Options{}); err == nil || errors.Is(err, submitter.ErrRefused) {
		t.Errorf("got %v: it is the program's mistake, not its user's", err)
	}
}

// A namespace is part of the path of each request: what is no name of one is refused before there is a request, by its
// setting and by the caller.
func TestS10ANamespaceIsAName(t *testing.T) {
	for _, name := range []string{"../../x", "a/b", "Team", "a b", "a?b", strings.Repeat("n", 64)} {
		for by, r := range map[string]request{"the caller": {namespace: name}, "its setting": {args: []string{"--conf", "spark.kubernetes.namespace=" + name}}} {
			if _, err := r.plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "the namespace is ") {
				t.Errorf("%q by %s: %v", name, by, err)
			}
		}
	}
}
