package cron_test

import (
	"strings"
	"testing"

	"swage.dev/swage/submitter/cron"
	"swage.dev/swage/submitter/submittertest"
)

// S21: what Kubernetes takes for a schedule. e2e/submit asks the API server about the same texts.
func TestS21Schedules(t *testing.T) {
	for _, text := range submittertest.Schedules {
		if err := cron.Check(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, row := range submittertest.NoSchedules {
		if err := cron.Check(row.Text); err == nil || !strings.Contains(err.Error(), row.Says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want %s", row.Text, err, row.Says)
		}
	}
}
