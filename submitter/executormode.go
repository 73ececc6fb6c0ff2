package submitter

import (
	"slices"
	"strings"
)

// chooseExecutors follows S2: who makes the executors. Only what was asked for
// explicitly is refused.
func (b *build) chooseExecutors() error {
	switch b.options.ExecutorsBy {
	case ByDriver:
		b.executorsBy = ByDriver
	case ByBoth, BySubmitter:
		b.executorsBy = b.options.ExecutorsBy
		if reason := b.onlyByDriver(b.executorsBy); reason != "" {
			return refuse("executors by %s: not possible, since %s; leave them to the driver (--executors-by driver)", b.executorsBy, reason)
		}
	case "", ByAuto:
		b.executorsBy = ByBoth
		if reason := b.onlyByDriver(ByBoth); reason != "" {
			b.executorsBy = ByDriver
			b.note("executors by the driver, since " + reason)
		}
	default:
		return refuse("--executors-by is %q: expected driver, both or submitter", b.options.ExecutorsBy)
	}
	return nil
}

// objection is something because of which the driver must make the executors.
type objection struct {
	// reason completes "since".
	reason string
	// adoptedOnly says that it speaks against ByBoth, and not against BySubmitter.
	adoptedOnly bool
	holds       func(*build) bool
}

// objections, in the order in which they are told.
var objections = []objection{
	{reason: "the version of Spark is not known (say it by --spark-version)", holds: func(b *build) bool { return b.assumed }},
	{reason: "a Job runs the driver, each time as another application", holds: func(b *build) bool { return b.inJob }},
	{reason: keyDynamic + " is true", holds: (*build).dynamic},
	{reason: keyStreamingDynamic + " is true", holds: func(b *build) bool { return b.isTrue(keyStreamingDynamic) }},
	{reason: keyDriverMaster + " keeps all in the driver", holds: func(b *build) bool { return strings.HasPrefix(b.conf.Get(keyDriverMaster), "local") }},
	{reason: "the driver has no Service, by " + keyDriverExcluded, holds: func(b *build) bool {
		return b.release.excludedSteps && slices.Contains(b.conf.List(keyDriverExcluded), stepPackage+serviceStep)
	}},
	{reason: keyAllocator + " is not direct", holds: func(b *build) bool { return b.conf.Has(keyAllocator) && b.conf.Get(keyAllocator) != "direct" }},
	{reason: keyExecutorSteps + " are Java classes", holds: func(b *build) bool {
		return slices.ContainsFunc(b.conf.List(keyExecutorSteps), func(class string) bool { return class != stepPackage+volcanoStep })
	}},
	{reason: keyExecutorExcluded + " is set", holds: func(b *build) bool { return b.release.excludedSteps && len(b.conf.List(keyExecutorExcluded)) > 0 }},
	{reason: "the plugin ExecutorRollPlugin replaces executors", holds: func(b *build) bool { return slices.Contains(b.conf.List(keyPlugins), rollPlugin) }},
	{reason: keyAPIWatcher + " is false", adoptedOnly: true, holds: func(b *build) bool { return b.conf.Has(keyAPIWatcher) && !b.isTrue(keyAPIWatcher) }},
	{reason: keyWaitForClaims + " is true", adoptedOnly: true, holds: func(b *build) bool { return b.isTrue(keyWaitForClaims) }},
	{reason: "their number is not given (--num-executors)", adoptedOnly: true, holds: func(b *build) bool { return !b.conf.Has(keyInstances) }},
}

// onlyByDriver is why nobody but the driver can make the executors, "" where somebody can.
func (b *build) onlyByDriver(by ExecutorsBy) string {
	for _, o := range objections {
		if o.adoptedOnly && by == BySubmitter {
			continue
		}
		if o.holds(b) {
			return o.reason
		}
	}
	return ""
}

func (b *build) dynamic() bool { return b.isTrue(keyDynamic) }

func (b *build) isTrue(key string) bool {
	return strings.EqualFold(strings.TrimSpace(b.conf.Get(key)), "true")
}
