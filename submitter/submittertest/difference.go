package submittertest

import (
	"slices"
	"strings"
)

// Treatment is how a comparison with spark-submit meets an intended difference.
type Treatment string

// The treatments.
const (
	// RefusedHere is for cases that spark-submit takes, or sends to an API
	// server that then refuses.
	RefusedHere Treatment = "refused here"
	// RefusedThere is for cases that spark-submit refuses.
	RefusedThere Treatment = "refused there"
	// AnyOrder is for cases whose lists come out of a hash table there.
	AnyOrder Treatment = "any order"
	// AnyScratchOrder is for cases whose scratch directories are shuffled there.
	AnyScratchOrder Treatment = "any order of scratch directories"
	// HiddenConf is for cases whose configuration is a Secret here.
	HiddenConf Treatment = "hidden configuration"
)

// Difference says how one row of the table of docs/submit.md is tested. What
// differs, and why, stands there.
type Difference struct {
	// Row is the row's first cell.
	Row string
	// Treatment is of the cases that show the difference; "" where no
	// comparison of objects can show it, and Test does.
	Treatment Treatment
	// Cases are those that show it.
	Cases []string
	// Versions are the minor versions of Spark that differ. Default: all.
	Versions []string
	// Test is the test that shows what is done here instead.
	Test string
}

// Differences are those of docs/submit.md, in its order.
func Differences() []Difference {
	return []Difference{
		{Row: "deploy mode", Test: "TestS11DeployMode"},
		{Row: "secrets among the settings", Treatment: HiddenConf, Cases: []string{"redacted"}},
		{
			Row: "variables, secrets and volumes from settings", Treatment: AnyOrder,
			Cases: []string{"environment", "secrets", "volumes", "scratch-two-volumes"},
		},
		{Row: scratchOrder, Treatment: AnyScratchOrder, Cases: []string{"scratch-environment"}, Versions: []string{"3.5"}},
		{Row: "`--packages`", Test: "TestS14PackagesAreTheDriversToResolve"},
		{Row: "a file of this machine", Treatment: RefusedThere, Cases: []string{"local-dependency", "local-jar", "local-python"}},
		{Row: "two files of one name", Test: "TestS22Refused"},
		{Row: "names of files below an upload path", Test: "TestS23NamesOfUploads"},
		{Row: "files in `$HADOOP_CONF_DIR` that are no text, such as keystores", Test: "TestHadoopFilesThatAreNoText"},
		{Row: "Kerberos without keytab or token Secret", Test: "TestS15KerberosTakesAKeytabOrTokens"},
		{Row: "`featureSteps`", Test: "TestS13OwnStepsTakeAJVM"},
		{
			Row: "Volcano's step before 4.2", Treatment: RefusedThere, Versions: []string{"3.5", "4.0", "4.1"},
			Cases: []string{"volcano", "volcano-template", "volcano-json", "volcano-excluded"},
		},
		{Row: "`spark-env.sh`", Test: "TestS12SparkEnv"},
		{Row: malformed, Treatment: RefusedHere, Cases: []string{"bad-quantity", "bad-pod-name"}},
		{Row: malformed, Treatment: RefusedHere, Cases: []string{"volume-size-without-unit"}, Versions: []string{"3.5"}},
		{Row: "executors, where their number is given", Test: "TestS2WhoMakesExecutors"},
		{Row: "order of creation", Test: "TestS5Order"},
		{Row: "a claim with a fixed name, class and size that exists", Test: "TestAClaimThatExistsStaysItsOwners"},
		{Row: "exit code", Test: "TestS17TheProgramExitsAsTheApplication"},
	}
}

const (
	malformed    = "malformed pod names and amounts, `sizeLimit=500` in 3.5"
	scratchOrder = "several directories in `$SPARK_LOCAL_DIRS` or `spark.local.dir`, in 3.5"
)

// DifferenceOf is the intended difference of a case with a version of Spark, "" when there is none.
func DifferenceOf(name, version string) Treatment {
	for _, d := range Differences() {
		if slices.Contains(d.Cases, name) && d.concerns(version) {
			return d.Treatment
		}
	}
	return ""
}

func (d Difference) concerns(version string) bool {
	return len(d.Versions) == 0 || slices.ContainsFunc(d.Versions, func(minor string) bool { return strings.HasPrefix(version, minor+".") })
}
