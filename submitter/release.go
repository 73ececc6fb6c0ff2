package submitter

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// release is what differs between the minor versions of Spark.
type release struct {
	minor string

	connectPort      bool // the driver's pod and Service have Spark Connect's port
	connectIsGRPC    bool // the Service says that this port speaks gRPC
	onePodClaims     bool // claims are ReadWriteOncePod, unless the legacy setting is true
	leastOverhead    bool // spark.driver.minMemoryOverhead is read
	labelAppID       bool // {{APP_ID}} is replaced in labels
	claimMetadata    bool // volumes take label.* and annotation.*
	hostPathType     bool // hostPath volumes take options.type
	subPathExpr      bool // volumes take mount.subPathExpr
	loadDefaults     bool // --load-spark-defaults is known
	excludedSteps    bool // excludedFeatureSteps is read
	networkPolicy    bool // a NetworkPolicy keeps strangers from executors
	notReadyInDriver bool // driver.service.publishNotReadyAddresses is read
	groupJSON        bool // scheduler.volcano.podGroupTemplateJson is read
	proxyIsUser      bool // SPARK_USER is the user of --proxy-user
	noEscalation     bool // containers may not gain privileges, unless a setting says so

	modules            moduleOptions // of executors' JVMs
	repeatsDefaults    bool          // default options of executors' JVMs come three times
	executorAttributes bool          // executors know their ids for links to logs
	sslAtStart         bool          // settings of spark.ssl are passed to executors' JVMs
	executorGrace      bool          // executor.terminationGracePeriodSeconds is read
	recoveryMode       bool          // allocation.recoveryMode.enabled leaves an executor the cores of one task
	executorLibraries  bool          // executor.extraLibraryPath becomes a variable
	resizePolicy       bool          // containers of executors may be resized in place
	failedCreations    bool          // an executor that the API server refuses counts as failed
	blindNames         int           // how many executors Spark may try to make before it knows of those that exist
	batchGoesOn        bool          // after a refused creation the round goes on: a whole batch may be refused
}

// news is what each minor version brought, oldest first; all else is as it was
// before.
var news = []struct {
	minor  string
	brings func(*release)
}{
	{"3.5", func(r *release) { r.blindNames, r.modules, r.repeatsDefaults = 4, modules35, true }},
	{"4.0", func(r *release) {
		r.onePodClaims, r.leastOverhead, r.labelAppID, r.claimMetadata = true, true, true, true
		r.hostPathType, r.subPathExpr, r.loadDefaults = true, true, true
		r.executorAttributes, r.sslAtStart, r.modules = true, true, modules40
	}},
	{"4.1", func(r *release) {
		r.repeatsDefaults = false
		r.connectPort, r.excludedSteps, r.executorGrace, r.modules = true, true, true, modules41
	}},
	{"4.2", func(r *release) {
		r.connectIsGRPC, r.networkPolicy, r.groupJSON = true, true, true
		r.recoveryMode = true
		r.resizePolicy, r.failedCreations, r.batchGoesOn, r.blindNames, r.modules = true, true, true, 20, modules42
	}},
	{"4.3", func(r *release) {
		r.notReadyInDriver, r.noEscalation, r.executorLibraries, r.proxyIsUser = true, true, true, true
	}},
}

// releases are the known ones, oldest first. A version beyond the last is taken for the last.
func releases() []release {
	var all []release
	var r release
	for _, n := range news {
		r.minor = n.minor
		n.brings(&r)
		all = append(all, r)
	}
	return all
}

// AssumedVersion is taken where nothing says which Spark an image holds.
const AssumedVersion = "4.1.2"

var (
	versionText = regexp.MustCompile(`^([0-9]+)\.([0-9]+)(\.[0-9]+)?([-.+][0-9A-Za-z.+-]*)?$`)
	imageTag    = regexp.MustCompile(`^([0-9]+\.[0-9]+\.[0-9]+)(?:[-_].*)?$`)
	coreJar     = regexp.MustCompile(`^spark-core_[0-9.]+-([0-9][^/]*)\.jar$`)
	releaseLine = regexp.MustCompile(`^Spark ([0-9]\S*)`)
)

// releaseOf is the row of a version, and a note where there is none for it.
func releaseOf(version string) (release, string, error) {
	match := versionText.FindStringSubmatch(version)
	if match == nil {
		return release{}, "", fmt.Errorf("spark version %q: expected one such as 3.5.9 or 4.1.2", version)
	}
	known := releases()
	last := known[len(known)-1]
	wanted := order(match[1], match[2])
	for _, r := range known {
		if major, minor, _ := strings.Cut(r.minor, "."); order(major, minor) == wanted {
			return r, "", nil
		}
	}
	if wanted < order("3", "5") {
		return release{}, "", fmt.Errorf("spark version %s: the oldest known is %s; use its own spark-submit", version, known[0].minor)
	}
	return last, fmt.Sprintf("Spark %s is not known here: treated as %s", version, last.minor), nil
}

func order(major, minor string) int {
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return a*1000 + b
}

// findVersion follows S1: what the caller says, the installation, the image's tag.
func findVersion(said string, c *client, image string) (version, note string) {
	if said != "" {
		return said, ""
	}
	if version = c.installedVersion(); version != "" {
		return version, ""
	}
	if version = versionOfImage(image); version != "" {
		return version, ""
	}
	return AssumedVersion, "the version of Spark is not known: taken for " + AssumedVersion + "; say it by --spark-version"
}

// versionOfImage reads a tag such as 4.1.2 or 3.5.9-scala2.12-java17.
func versionOfImage(image string) string {
	image, _, _ = strings.Cut(image, "@")
	colon := strings.LastIndexByte(image, ':')
	if colon < strings.LastIndexByte(image, '/') {
		return ""
	}
	if match := imageTag.FindStringSubmatch(image[colon+1:]); match != nil {
		return match[1]
	}
	return ""
}

// InstalledVersion is the version of the Spark in $SPARK_HOME, "" when there is none.
func InstalledVersion(env func(string) (string, bool), files fs.FS) string {
	return (&client{env: env, files: files, dir: "/"}).installedVersion()
}
