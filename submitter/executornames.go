package submitter

import (
	"regexp"
	"strconv"
	"strings"
)

// notInHosts are the characters of a pod's name that Spark replaces in a host's.
var notInHosts = regexp.MustCompile(`[^\w-]+`)

// numbers are the ids and names of executors.
type numbers struct {
	Prefix string `json:"prefix"`
	First  int    `json:"first"`           // the id of ordinal 0
	Plain  int    `json:"plain,omitempty"` // so many are named exec-1, exec-2, ... whatever their ids
}

// firstOfBoth is an id that Spark's own counter, which begins with 1, never meets.
const firstOfBoth = 1000001

func (n numbers) id(ordinal int) string { return strconv.Itoa(n.First + ordinal) }

// name is a pod's. The first ones have the names that Spark's allocator tries
// before its watch has told it that executors exist: there its creations are
// refused.
func (n numbers) name(ordinal int) string {
	suffix := n.id(ordinal)
	if ordinal < n.Plain {
		suffix = strconv.Itoa(ordinal + 1)
	}
	return n.Prefix + ExecutorInfix + suffix
}

// numbering begins with 1, where Spark's allocator makes none that could be met.
func (b *build) numbering(executors int) (numbers, error) {
	if b.executorsBy == BySubmitter {
		return numbers{Prefix: b.executorPrefix, First: 1}, nil
	}
	names, err := b.blindNames(executors)
	return numbers{Prefix: b.executorPrefix, First: firstOfBoth, Plain: names}, err
}

// blindNames is how many executors get the names that Spark tries first. Up to
// 4.1 a refused creation ends a round, and the rounds before Spark knows better
// are few; later a whole batch is tried in each.
func (b *build) blindNames(executors int) (int, error) {
	names := b.release.blindNames
	if b.release.batchGoesOn {
		batch, err := b.conf.Int(keyBatchSize, names)
		if err != nil {
			return 0, err
		}
		names = batch
	}
	return min(executors, names), nil
}

// longestPrefix leaves room for "-exec-" and an id of ten digits in a pod's name.
const longestPrefix = 253 - len(ExecutorInfix) - 10

// chooseExecutorPrefix is what the names of executors begin with: the
// setting's, else the application's, cut short where that is too long.
func (b *build) chooseExecutorPrefix() error {
	b.executorPrefix = b.conf.Get(keyExecutorPrefix)
	if b.executorPrefix != "" {
		return b.checkExecutorPrefix()
	}
	b.executorPrefix = b.prefix
	if len(b.prefix) > longestPrefix {
		unique, err := b.ids.unique()
		b.executorPrefix = "spark-" + unique
		return err
	}
	return nil
}

var executorPrefixText = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func (b *build) checkExecutorPrefix() error {
	if !executorPrefixText.MatchString(b.executorPrefix) || len(b.executorPrefix) > longestPrefix {
		return refuse("%s is %q: it begins pods' names, so it has lower case letters, digits, - and . only, and at most %d of them",
			keyExecutorPrefix, b.executorPrefix, longestPrefix)
	}
	// Spark writes _ for a dot.
	if host := hostname(b.executorPrefix + "-exec-1"); strings.Contains(host, "_") {
		return refuse("%s is %q: Spark would call an executor's host %s, which Kubernetes refuses: leave out the dots", keyExecutorPrefix, b.executorPrefix, host)
	}
	return nil
}
