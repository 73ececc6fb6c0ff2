//go:build node

package sidebyside

import (
	"flag"
	"os"
	"testing"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/clustertest"
)

var server clustertest.Server

// whole is for make sidebyside: a spark-submit takes six seconds of processor
// for each command line.
var whole = flag.Bool("whole", false, "compare all command lines and versions, or those of $SPARK, instead of a few")

// Services of both families are among the cases.
func TestMain(m *testing.M) {
	os.Exit(server.MainWith(m, cluster.Options{
		NoAudit:       true,
		APIServerArgs: []string{"--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112"},
	}))
}

// testdata is where the submitter's cases are.
const testdata = "../../submitter/testdata"

// version is a Spark and the command lines that it is compared with.
type version struct {
	number string
	cases  []string // nil: all
}

// few are for make e2e, of the Spark that it tests.
func few(number string) []version {
	return []version{{number, []string{"pi", "volumes", "redacted", "image-missing"}}}
}

// versions in full, and those of which little is new with some of the cases:
// those that concern what is new.
func versions() []version {
	some := []string{
		"pi", "java", "claim-on-demand", "credentials", "excluded-step", "executor-template", "gpu", "labels", "ports-connect", "scratch-conf",
		"secrets", "service", "sizes", "template", "volumes", "volcano", "volcano-template", "volcano-json", "volcano-excluded",
		"bind-address", "image-missing", "no-resource",
	}
	return []version{{"3.5.9", nil}, {"4.1.2", nil}, {"4.2.0", some}, {"4.3.0", some}}
}
