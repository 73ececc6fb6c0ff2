package podtemplate

// Verdict is the outcome of one admission. Every admission has exactly one, and
// the response, the log line, the metric, the audit annotation, the Event and
// the command line all use this list.
type Verdict string

// The closed list of verdicts.
const (
	Shaped                Verdict = "shaped"
	Unchanged             Verdict = "unchanged"
	SkippedOptOut         Verdict = "skipped-opt-out"
	SkippedNotSpark       Verdict = "skipped-not-spark"
	SkippedNamespace      Verdict = "skipped-namespace"
	DeniedConflict        Verdict = "denied-conflict"
	DeniedInvalid         Verdict = "denied-invalid"
	DeniedMissingTemplate Verdict = "denied-missing-template"
	DeniedMissingDriver   Verdict = "denied-missing-driver"
	DeniedBrokenTemplate  Verdict = "denied-broken-template"
	NotReady              Verdict = "not-ready"
	Failed                Verdict = "error"
)

// verdicts maps each verdict to its sentence, in the order in which they are listed everywhere.
var verdicts = []struct {
	verdict  Verdict
	sentence string
}{
	{Shaped, "the pod was shaped"},
	{Unchanged, "no template changes anything in this pod"},
	{SkippedOptOut, "the pod opted out of default templates by " + ShapeAnnotation + ": \"false\""},
	{SkippedNotSpark, "the pod is no Spark driver or executor by its label " + RoleLabel},
	{SkippedNamespace, "pods of this namespace are never shaped"},
	{DeniedConflict, "the pod contradicts a template that rejects conflicts"},
	{DeniedInvalid, "the templates and the pod together make a pod that the API server would refuse"},
	{DeniedMissingTemplate, "the pod asks for a template that does not exist or does not apply to it"},
	{DeniedMissingDriver, "the executor's driver does not exist any more"},
	{DeniedBrokenTemplate, "a template that this pod needs cannot be used"},
	{NotReady, "the webhook has not read the templates yet"},
	{Failed, "the webhook could not decide"},
}

// Verdicts returns all verdicts, always in the same order.
func Verdicts() []Verdict {
	all := make([]Verdict, len(verdicts))
	for i, row := range verdicts {
		all[i] = row.verdict
	}
	return all
}

// Sentence returns what v means, as a sentence without a full stop.
func (v Verdict) Sentence() string {
	for _, row := range verdicts {
		if row.verdict == v {
			return row.sentence
		}
	}
	return "unknown verdict"
}

// Allowed tells whether a pod with this verdict is admitted.
func (v Verdict) Allowed() bool {
	switch v {
	case Shaped, Unchanged, SkippedOptOut, SkippedNotSpark, SkippedNamespace:
		return true
	}
	return false
}

// Denied tells whether the pod is refused by a decision, in contrast to a failure to decide.
func (v Verdict) Denied() bool { return !v.Allowed() && v != NotReady && v != Failed }
