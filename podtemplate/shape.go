package podtemplate

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate/tree"
)

// DefaultSystemNamespace is where swage-webhook runs unless told otherwise.
const DefaultSystemNamespace = "swage-system"

// Options configure a Shaper.
type Options struct {
	// Limits bound what templates may cost. Default: see Limits.
	Limits Limits
	// SystemNamespace is never shaped, and its templates reach all others. Default "swage-system".
	SystemNamespace string
	// ShapeSystemNamespace shapes the pods of the system namespace too, for a
	// server that is restricted to it. Default false.
	ShapeSystemNamespace bool
	// NoNativeSidecars leaves additional containers regular ones, for Kubernetes before 1.29. Default false.
	NoNativeSidecars bool
}

// Shaper shapes pods. It keeps composed templates, so that a second pod of an
// application costs one merge. It is safe for concurrent use.
type Shaper struct {
	opts  Options
	plans *planCache
}

// NewShaper returns a Shaper.
func NewShaper(opts Options) *Shaper {
	opts.Limits = opts.Limits.withDefaults()
	if opts.SystemNamespace == "" {
		opts.SystemNamespace = DefaultSystemNamespace
	}
	return &Shaper{opts: opts, plans: newPlanCache(opts.Limits.CacheBytes)}
}

// Shape decides about one pod. It never fails: every outcome is a Verdict.
func (s *Shaper) Shape(req Request) Result {
	role := req.Role
	if role == "" {
		role = req.Pod.Role()
	}
	switch {
	case !role.Valid():
		return untouched(req, SkippedNotSpark, "")
	case s.leavesAlone(req.Namespace):
		return untouched(req, SkippedNamespace, role)
	case req.DriverMissing && role == Executor:
		return denied(&denial{verdict: DeniedMissingDriver, reason: "driver " + ownerName(req.Pod) + " does not exist any more: the executor would be deleted at once"}, role)
	}
	chooser := newSelector(req, role, s.opts.Limits)
	templates, refusal := chooser.choose()
	if refusal != nil {
		result := denied(refusal, role)
		result.Broken = chooser.broken
		return result
	}
	result := s.merge(req, chooser, templates)
	result.Role, result.Broken = role, chooser.broken
	result.Warnings = tidyWarnings(append(chooser.warnings, result.Warnings...))
	if result.Verdict == Unchanged && chooser.optedOut && len(templates) == 0 {
		result.Verdict = SkippedOptOut
	}
	return result
}

func (s *Shaper) leavesAlone(namespace string) bool {
	return namespace == metav1.NamespaceSystem || namespace == s.opts.SystemNamespace && !s.opts.ShapeSystemNamespace
}

func ownerName(p *Pod) string {
	if owner := p.Controller(); owner != nil {
		return owner.Name
	}
	return "of this executor"
}

func untouched(req Request, v Verdict, role Role) Result {
	return Result{Verdict: v, Role: role, pod: req.Pod.raw}
}

func denied(d *denial, role Role) Result {
	return Result{Verdict: d.verdict, Reason: d.reason, Missing: d.missing, Role: role}
}

// merge composes the templates and puts them into the pod. Parts of keep
// templates that make an invalid pod are left out, and the merge is done again
// from the start: each round leaves out at least one part, so it ends.
func (s *Shaper) merge(req Request, chooser *selector, templates []*Template) Result {
	root := req.Pod.document()
	p, refusal := s.plan(req, chooser, templates, root)
	for refusal != nil {
		if refusal.broken == nil || refusal.broken.Mode != Default {
			return denied(refusal, chooser.role)
		}
		templates = chooser.without(templates, refusal.broken)
		p, refusal = s.plan(req, chooser, templates, root)
	}
	dropped := map[statement]string{}
	for {
		m := s.newMerge(req, chooser.role, p, root)
		m.dropped = dropped
		m.run()
		if !m.check(req.Pod) {
			return s.result(m, chooser, templates)
		}
		root = req.Pod.document()
	}
}

// plan returns what the templates state together about this pod, from the cache if it can.
func (s *Shaper) plan(req Request, chooser *selector, templates []*Template, root *tree.Node) (*plan, *denial) {
	outline := outlineOf(req, chooser.role, root)
	if len(outline.spark) == 0 && needsSpark(templates, chooser.role) {
		return nil, &denial{verdict: DeniedInvalid, reason: "no container of the pod can be told to be Spark's, and a template needs it: annotate the pod with " + defaultContainerAnnotation}
	}
	key := planKey(templates, chooser.role, chooser.values, outline)
	if p := s.plans.get(key); p != nil {
		return p, nil
	}
	p, refusal := compose(templates, chooser.role, outline, chooser.values, !s.opts.NoNativeSidecars)
	if refusal != nil {
		return nil, refusal
	}
	s.plans.put(key, p)
	return p, nil
}

func (s *Shaper) newMerge(req Request, role Role, p *plan, root *tree.Node) *merge {
	limits, _ := req.Pod.Annotation(limitRangerAnnotation)
	keeps, _ := req.Pod.Annotation(KeepAnnotation)
	return &merge{
		plan: p, pod: req.Pod, role: role, limits: s.opts.Limits, root: root,
		records: make([]record, 0, usualRecords), owners: make([]owned, 0, usualRecords),
		patch: patch{operations: make([]operation, 0, usualRecords)}, envFromFirst: map[*tree.Node]int{},
		managed:     &managedFields{entries: root.At("metadata", managedFieldsMember)},
		limitRanger: limitRanger(limits), keeps: keepPaths(keeps),
	}
}

// usualRecords is more than most pods need: one allocation instead of five.
const usualRecords = 32

// needsSpark tells whether any template speaks of the Spark container.
func needsSpark(templates []*Template, role Role) bool {
	for _, t := range templates {
		for _, e := range t.entriesFor(role) {
			for _, name := range []string{containers, inits} {
				list := e.parts.at("spec", name)
				if list.kid(sparkAlias) != nil || list.kid(containerPrefix+string(role)) != nil {
					return true
				}
			}
		}
	}
	return false
}

func (s *Shaper) result(m *merge, chooser *selector, templates []*Template) Result {
	r := Result{Role: chooser.role, Warnings: m.warnings}
	for _, t := range templates {
		r.Templates = append(r.Templates, t.Ref)
	}
	switch {
	case m.invalidity != "":
		r.Verdict, r.Reason = DeniedInvalid, m.invalidity
	case len(m.rejections) > 0:
		r.Verdict, r.Reason = DeniedConflict, m.rejectionReason()
	default:
		m.annotate(shapedValue(r.Templates))
		r.Verdict = Shaped
		if r.patch = m.patch.json(); r.patch == nil {
			r.Verdict = Unchanged
		}
		r.root = m.root
	}
	r.Changes = m.changes(!r.Verdict.Allowed())
	return r
}

func (m *merge) rejectionReason() string {
	var reasons []string
	for _, r := range m.rejections {
		reasons = append(reasons, fmt.Sprintf("%s contradicts template %s", r.path, r.from.label))
	}
	slices.Sort(reasons)
	return listed(slices.Compact(reasons))
}

// warningLength is what the API server asks for; longer warnings may be cut.
const warningLength = 120

// mostWarnings keeps a response readable; the API server cuts all warnings together at 4,096 characters.
const mostWarnings = 20

// tidyWarnings removes repetitions and control characters, which would make
// the API server drop a warning, and bounds lengths and number.
func tidyWarnings(warnings []string) []string {
	if len(warnings) == 0 {
		return nil
	}
	seen := map[string]bool{}
	var tidy []string
	for _, text := range warnings {
		text = printable(text, warningLength)
		if !seen[text] {
			seen[text] = true
			tidy = append(tidy, text)
		}
	}
	if more := len(tidy) - mostWarnings; more > 0 {
		tidy = append(tidy[:mostWarnings], fmt.Sprintf("and %d more warnings: see swage explain", more))
	}
	return tidy
}

func printable(text string, most int) string {
	runes := []rune(text)
	for i, r := range runes {
		if r < ' ' || r == 0x7f {
			runes[i] = ' '
		}
	}
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}
