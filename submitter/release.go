package submitter

import (
	"fmt"
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
	noEscalation     bool // containers may not gain privileges, unless a setting says so
}

// releases, oldest first. A version beyond the last is taken for the last.
var releases = []release{
	{minor: "3.5"},
	{minor: "4.0", onePodClaims: true, leastOverhead: true, labelAppID: true, claimMetadata: true, hostPathType: true, subPathExpr: true, loadDefaults: true},
	{
		minor: "4.1", onePodClaims: true, leastOverhead: true, labelAppID: true, claimMetadata: true, hostPathType: true, subPathExpr: true, loadDefaults: true,
		connectPort: true, excludedSteps: true,
	},
	{
		minor: "4.2", onePodClaims: true, leastOverhead: true, labelAppID: true, claimMetadata: true, hostPathType: true, subPathExpr: true, loadDefaults: true,
		connectPort: true, excludedSteps: true, connectIsGRPC: true, networkPolicy: true, groupJSON: true,
	},
	{
		minor: "4.3", onePodClaims: true, leastOverhead: true, labelAppID: true, claimMetadata: true, hostPathType: true, subPathExpr: true, loadDefaults: true,
		connectPort: true, excludedSteps: true, connectIsGRPC: true, networkPolicy: true, groupJSON: true, notReadyInDriver: true, noEscalation: true,
	},
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
	last := releases[len(releases)-1]
	wanted := order(match[1], match[2])
	for _, r := range releases {
		if major, minor, _ := strings.Cut(r.minor, "."); order(major, minor) == wanted {
			return r, "", nil
		}
	}
	if wanted < order("3", "5") {
		return release{}, "", fmt.Errorf("spark version %s: the oldest known is %s; use its own spark-submit", version, releases[0].minor)
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
