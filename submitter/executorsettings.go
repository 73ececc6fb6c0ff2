package submitter

import (
	"errors"
	"strconv"
)

// decideExecutors settles who makes the executors, and what the driver is told about it.
func (b *build) decideExecutors() error {
	b.fixedPrefix = b.conf.Get(keyExecutorPrefix)
	b.wished = b.conf
	if err := errors.Join(b.chooseHelper(), b.chooseExecutors()); err != nil {
		return err
	}
	if b.executorsBy == ByDriver {
		return b.checkGang()
	}
	if err := errors.Join(b.chooseExecutorPrefix(), b.authenticate()); err != nil {
		return err
	}
	b.wished = b.conf.Clone()
	return b.tellDriver()
}

// checkGang refuses what only swage could promise.
func (b *build) checkGang() error {
	if !b.options.Gang {
		return nil
	}
	why := ""
	if reason := b.onlyByDriver(ByBoth); reason != "" && b.options.ExecutorsBy != ByDriver {
		why = ", since " + reason
	}
	return refuse("--gang: the driver makes the executors here%s, and it makes them one after the other; it takes --executors-by both or submitter", why)
}

// tellDriver sets what the driver must know about executors that it does not make.
func (b *build) tellDriver() error {
	if b.executorsBy == BySubmitter {
		return b.keepDriverFromMaking()
	}
	return b.letDriverAdopt()
}

// letDriverAdopt sets the prefix under which Spark meets the executors' names.
// Where Spark counts its refused creations as failures of executors, these are
// on top of what is allowed.
func (b *build) letDriverAdopt() error {
	b.conf.Set(keyExecutorPrefix, b.executorPrefix)
	if !b.release.failedCreations {
		return nil
	}
	count, err := b.executorCount()
	if err != nil {
		return err
	}
	names, err := b.blindNames(count)
	if err != nil {
		return err
	}
	most, err := b.conf.Int(keyMaxFailures, defaultFailures(count))
	b.conf.Set(keyMaxFailures, strconv.Itoa(most+names))
	return err
}

// defaultFailures is how many failed executors Spark puts up with.
func defaultFailures(executors int) int { return max(3, 2*executors) }

// submitterSettings keep Spark's allocator, and all else in the driver that
// writes to the API server, from doing anything. Where the user's word counts
// it is only a default.
var submitterSettings = []struct {
	key, value string
	fallback   bool
}{
	{key: keyDynamic, value: "false"},
	// Spark takes executors that wait for a node longer than this for superfluous.
	{key: keyIdleTimeout, value: "31536000s"},
	{key: keyNoExecutorConf, value: "true"},
	{key: keyOwnClaims, value: "false"},
	{key: keyReuseClaims, value: "false"},
	{key: keyWaitForClaims, value: "false"},
	{key: keyDeleteService, value: "false", fallback: true},
	{key: keyDeleteExecutors, value: "false", fallback: true},
}

// keepDriverFromMaking makes Spark's allocator want no executors. The number is
// no setting but a property of the driver's JVM: spark-submit, which runs again
// in the driver, refuses the setting 0, and without one Spark makes two.
func (b *build) keepDriverFromMaking() error {
	count, err := b.executorCount()
	if err != nil {
		return err
	}
	cores, err := b.conf.Int(keyExecutorCores, executorCores)
	if err != nil {
		return err
	}
	for _, s := range submitterSettings {
		if !s.fallback || !b.conf.Has(s.key) {
			b.conf.Set(s.key, s.value)
		}
	}
	b.conf.Remove(keyInstances)
	b.conf.Set(keyExecutorPrefix, b.executorPrefix)
	b.conf.SetMissing(keyMaxFailures, strconv.Itoa(defaultFailures(count)))
	// With no executors to wait for, jobs begin before there are any, and would
	// be cut into too few pieces.
	b.conf.SetMissing(keyParallelism, strconv.Itoa(max(2, count*cores)))
	options := joined(b.conf.Raw(keyDriverEnv+envSubmitOpts), "-D"+keyInstances+"=0")
	b.conf.Set(keyDriverEnv+envSubmitOpts, options)
	return nil
}
