package submitter_test

import (
	"errors"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
)

// --gang is a promise that only swage can keep.
func TestGangByTheDriverIsRefused(t *testing.T) {
	for _, row := range []struct {
		by   submitter.ExecutorsBy
		args []string
		want string
	}{
		{submitter.ByDriver, []string{"--num-executors", "3"}, "it takes --executors-by both or submitter"},
		{submitter.ByAuto, nil, "since their number is not given"},
		{submitter.ByAuto, []string{"--conf", "spark.dynamicAllocation.enabled=true"}, "since spark.dynamicAllocation.enabled is true"},
	} {
		_, err := request{version: "4.1.2", executors: row.by, gang: true, args: row.args}.plan(t)
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s %q: got %v", row.by, row.args, err)
		}
	}
}
