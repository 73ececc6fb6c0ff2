package lifecycle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
)

// losses are the executors that were seen to fail, and why. An executor that
// somebody deleted is no loss: Spark does so with those that it does not need.
type losses map[types.UID]string

func (l losses) see(executor *corev1.Pod) {
	outcome := outcomeOf(executor, submitter.SparkContainer(executor))
	switch why := disruption(executor); {
	case why != "": // before its containers ended: it may be gone before they do
		reason, _, _ := strings.Cut(why, ":")
		l[executor.UID] = reason
	case outcome == nil || outcome.ExitCode == 0 || l[executor.UID] != "":
	case outcome.ExitCode != NoExitCode:
		l[executor.UID] = cmp.Or(outcome.Reason, fmt.Sprintf("exit code %d", outcome.ExitCode))
	case executor.DeletionTimestamp == nil:
		reason, _, _ := strings.Cut(outcome.Reason, ":")
		l[executor.UID] = reason
	}
}

// counted are the losses by reason, the most frequent first.
func (l losses) counted() []Loss {
	counts := map[string]int{}
	for _, reason := range l {
		counts[reason]++
	}
	var all []Loss
	for reason, count := range counts {
		all = append(all, Loss{Reason: reason, Count: count})
	}
	slices.SortFunc(all, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Reason, b.Reason))
	})
	return all
}
