package podtemplate

import "swage.dev/swage/podtemplate/tree"

// Result is the outcome of shaping one pod.
type Result struct {
	Verdict Verdict
	// Reason says what, where and what to do, for a denial; it contains names and paths, never values of the pod.
	Reason string
	// Role is the role that the pod was shaped for.
	Role Role
	// Templates are the selected templates, weakest first.
	Templates []Ref
	// Missing are the named templates that do not exist, with the verdict DeniedMissingTemplate only:
	// a caller that can look them up live may try again.
	Missing []string
	// Changes are the records, in the order in which things were done.
	Changes []Change
	// Warnings are for the pod's creator: at most 120 characters each, paths and names only.
	Warnings []string
	// Broken are the selected templates that cannot be used: skipped, or the reason of a denial.
	Broken []string

	patch []byte
	pod   []byte // as read, where nothing was merged
	root  *tree.Node
}

// Message is what people are told: what the verdict means and, if there is a
// reason, the particulars. The webhook's answer, its log and Events and the
// command line all say this.
func (r *Result) Message() string {
	if r.Reason == "" {
		return r.Verdict.Sentence()
	}
	return r.Verdict.Sentence() + ": " + r.Reason
}

// Patch returns the JSON patch (RFC 6902) that makes the shaped pod from the
// pod as read: nil when nothing changed or the pod was denied.
func (r *Result) Patch() []byte { return r.patch }

// Pod returns the JSON of the shaped pod; nil when the pod was denied.
func (r *Result) Pod() []byte {
	if r.root != nil {
		return r.root.AppendJSON(nil)
	}
	return r.pod
}
