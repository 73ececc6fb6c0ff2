package submitter

import (
	"path"
	"strings"
)

// localDiskShuffle is Spark's own plugin that brings back the shuffles which it finds in a claim that was another executor's.
const localDiskShuffle = "org.apache.spark.shuffle.KubernetesLocalDiskShuffleDataIO"

// shuffleServicePort is where executors look for an external shuffle service, unless a setting says otherwise.
const shuffleServicePort = "7337"

// noteShuffle tells of settings that ask for shuffles which outlive executors and do not get them: Spark says
// so in executors' logs, or nowhere.
func (b *build) noteShuffle() {
	if on, err := b.conf.Bool(keyShuffleService, false); err == nil && on {
		b.note(keyShuffleService + ": Spark brings no external shuffle service to Kubernetes. Each executor looks for one at port " +
			firstOf(b.conf.Get(keyShuffleServicePort), shuffleServicePort) +
			" of its own pod, and ends where none is (Unable to register with external shuffle server): leave the setting out")
	}
	if b.conf.Get(keyShufflePlugin) != localDiskShuffle {
		return
	}
	for _, lack := range b.lacksOfLocalDiskShuffle() {
		b.note("no shuffle outlives its executor: " + lack)
	}
}

// lacksOfLocalDiskShuffle are what the plugin needs and does not find.
func (b *build) lacksOfLocalDiskShuffle() (lacks []string) {
	if b.executorsBy == BySubmitter {
		return []string{"no claim is used again where the submitter makes executors: use --executors-by driver"}
	}
	// Its default is true, which the driver's allocator heeds and the plugin does not.
	if reuse, err := b.conf.Bool(keyReuseClaims, false); err != nil || !reuse {
		lacks = append(lacks, "the plugin takes "+keyReuseClaims+" for false unless it is set: set it to true")
	}
	if own, err := b.conf.Bool(keyOwnClaims, true); err != nil || !own {
		lacks = append(lacks, keyOwnClaims+" is false, so that claims end with their executors")
	}
	where, found := b.scratchOnDemand()
	if !found {
		return append(lacks, "executors have no claims of their own for it: set "+keyExecutorVolumes+"persistentVolumeClaim."+scratchVolume+"1.options.claimName="+claimOnDemand+", and its storageClass, sizeLimit and mount.path")
	}
	// It lists <mount>/../../spark-*/*/blockmgr-*.
	if parent := path.Base(path.Dir(where)); !strings.HasPrefix(parent, "spark-") {
		lacks = append(lacks, "the plugin looks into folders spark-*/*, and scratch space is mounted at "+where+": use a path such as /data/spark-x/executor-x")
	}
	return lacks
}

// scratchOnDemand is where executors mount scratch space on a claim of their own.
func (b *build) scratchOnDemand() (where string, found bool) {
	for _, v := range b.volumesOf(keyExecutorVolumes) {
		if v.kind == "persistentVolumeClaim" && strings.HasPrefix(v.name, scratchVolume) && strings.Contains(v.settings["options.claimName"], claimOnDemand) {
			return v.settings["mount.path"], true
		}
	}
	return "", false
}
