package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// driverUI plays a driver's web interface behind an API server's proxy. Each
// answer is given once, the last one for ever.
type driverUI struct {
	t       *testing.T
	appID   string
	answers []func() (int, string)
	asked   int
}

func (d *driverUI) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, ":4040/proxy/api/v1/applications/"+d.appID+"/environment") {
		d.t.Errorf("asked for %s", r.URL.Path)
	}
	answer := d.answers[min(d.asked, len(d.answers)-1)]
	d.asked++
	code, text := answer()
	return &http.Response{StatusCode: code, Request: r, Body: io.NopCloser(strings.NewReader(text))}, nil
}

func notYet() (int, string) { return http.StatusNotFound, "no such app" }

// environment is what the driver says: what it was submitted with, changed.
func environment(t *testing.T, objects *submitter.Objects, changes map[string]string) func() (int, string) {
	t.Helper()
	settings := objects.Settings()
	for key, value := range changes {
		settings[key] = value
	}
	var said struct {
		SparkProperties [][]string `json:"sparkProperties"`
	}
	for key, value := range settings {
		said.SparkProperties = append(said.SparkProperties, []string{key, value})
	}
	text, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	return func() (int, string) { return http.StatusOK, string(text) }
}

// S2: executors that were made before cannot know what the program sets in
// code: its names are told, and no others.
func TestS2WhatTheProgramSetsIsTold(t *testing.T) {
	const added = "-Djava.net.preferIPv6Addresses=false -XX:+IgnoreUnrecognizedVMOptions"
	for _, row := range []struct {
		rule  string
		args  []string
		code  map[string]string
		names []string
	}{
		{"nothing", nil, nil, nil},
		{"what Spark sets itself is none of the program's", nil, map[string]string{
			"spark.executor.id": "driver", "spark.app.startTime": "1", "spark.executor.extraJavaOptions": added, "spark.executorEnv.SPARK_DRIVER_POD_IP": "10.0.0.1",
		}, nil},
		{
			"memory and image", nil,
			map[string]string{"spark.executor.memory": "8g", "spark.kubernetes.executor.container.image": "other"},
			[]string{"spark.executor.memory", "spark.kubernetes.executor.container.image"},
		},
		{"the same in both places", []string{"--executor-memory", "8g"}, map[string]string{"spark.executor.memory": "8g"}, nil},
		{"another value than on the command line", []string{"--executor-memory", "4g"}, map[string]string{"spark.executor.memory": "8g"}, []string{"spark.executor.memory"}},
		{
			"options of Java that Spark has added to",
			[]string{"--conf", "spark.executor.extraJavaOptions=-Da={{APP_ID}} -Db={{EXECUTOR_ID}}"},
			map[string]string{"spark.executor.extraJavaOptions": added + " -Da={{APP_ID}} -Db={{EXECUTOR_ID}}"},
			nil,
		},
		{"an option of Java that nobody knew", nil, map[string]string{"spark.executor.extraJavaOptions": added + " -Dmine=1"}, []string{"spark.executor.extraJavaOptions"}},
		{
			"variables and labels", nil,
			map[string]string{"spark.executorEnv.MODE": "x", "spark.kubernetes.executor.label.team": "a"},
			[]string{"spark.executorEnv.MODE", "spark.kubernetes.executor.label.team"},
		},
		{"a secret, which nobody can compare", []string{"--conf", "spark.executorEnv.TOKEN=secret"}, map[string]string{"spark.executorEnv.TOKEN": "*********(redacted)"}, nil},
		{"what executors ask the driver for", nil, map[string]string{"spark.sql.shuffle.partitions": "7"}, nil},
	} {
		inBubble(t, row.rule, func(t *testing.T) {
			objects := both(t, row.args...)
			ui := &driverUI{t: t, appID: objects.AppID, answers: []func() (int, string){notYet, notYet, environment(t, objects, row.code)}}
			server := apiserver.New("http://h", &http.Client{Transport: ui})
			names, err := lifecycle.ProgramSettings(t.Context(), server, objects.Driver, objects)
			if err != nil || !slices.Equal(names, row.names) {
				t.Errorf("%q, %v; want %q", names, err, row.names)
			}
		})
	}
}

func both(t *testing.T, args ...string) *submitter.Objects {
	t.Helper()
	return submittertest.Request{Version: "4.1.2", Executors: submitter.ByBoth, Args: append(args, "--num-executors", "2", "--name", "pi")}.Must(t)
}

// Nobody is asked in vain: not for executors that the driver makes, not where
// there is no web interface, and not again where it is forbidden.
func TestS2WhereNobodyCanBeAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ui := &driverUI{t: t, answers: []func() (int, string){func() (int, string) { return http.StatusForbidden, "" }}}
		server := apiserver.New("http://h", &http.Client{Transport: ui})
		byDriver := submittertest.Request{Version: "4.1.2", Args: []string{"--name", "pi"}}.Must(t)
		for _, objects := range []*submitter.Objects{byDriver, both(t, "--conf", "spark.ui.enabled=false")} {
			if names, err := lifecycle.ProgramSettings(t.Context(), server, objects.Driver, objects); names != nil || err != nil || ui.asked > 0 {
				t.Errorf("%q, %v, asked %d times", names, err, ui.asked)
			}
		}
		forbidden := both(t)
		ui.appID = forbidden.AppID
		if _, err := lifecycle.ProgramSettings(t.Context(), server, forbidden.Driver, forbidden); !apierrors.IsForbidden(err) || ui.asked != 1 {
			t.Errorf("%v, asked %d times", err, ui.asked)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ui.answers = []func() (int, string){func() (int, string) { cancel(); return notYet() }}
		if _, err := lifecycle.ProgramSettings(ctx, server, forbidden.Driver, forbidden); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end: %v", err)
		}
	})
}
