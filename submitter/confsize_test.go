package submitter_test

import (
	"errors"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
)

// What no ConfigMap holds is refused before anything is created, with the name of the setting that is to blame.
func TestAConfigurationThatIsTooLargeIsRefused(t *testing.T) {
	for _, row := range []struct {
		rule  string
		bytes int
		fits  bool
	}{{"a long setting", 1 << 19, true}, {"one that is too long", 1 << 20, false}} {
		_, err := (request{args: []string{"--conf", "spark.long=" + strings.Repeat("a", row.bytes), "--conf", "spark.short=b"}}).plan(t)
		if row.fits != (err == nil) || err != nil && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "spark.long, of 1048576 bytes") || len(err.Error()) > 300) {
			t.Errorf("%s: %.400v", row.rule, err)
		}
	}
}
