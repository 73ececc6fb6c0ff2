package admission

import (
	"context"
	"log/slog"

	"swage.dev/swage/podtemplate"
)

// report tells metrics, Events and the log what became of a request. All of
// them see the same result, after the answer was written.
func (h *Handler) report(ctx context.Context, a *admission) {
	h.opts.Metrics.Observe(&a.result, a.took)
	h.notify(a)
	level := levelOf(a.result.Verdict)
	if h.opts.Logger.Enabled(ctx, level) {
		h.opts.Logger.LogAttrs(ctx, level, "admission", a.attributes()...)
	}
}

func levelOf(verdict podtemplate.Verdict) slog.Level {
	switch {
	case verdict.Allowed():
		return slog.LevelDebug
	case verdict.Denied(), verdict == podtemplate.NotReady:
		return slog.LevelInfo
	default:
		return slog.LevelError
	}
}

// attributes hold names, paths and numbers: no value of a pod or a template.
func (a *admission) attributes() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("verdict", string(a.result.Verdict)),
		slog.String("message", a.result.Message()),
		slog.Duration("took", a.took),
	}
	if a.review != nil {
		attrs = append(attrs, slog.String("uid", a.review.UID),
			slog.String("namespace", a.review.Namespace), slog.Bool("dryRun", a.review.DryRun))
	}
	if a.pod != nil {
		attrs = append(attrs, slog.String("pod", a.pod.Name()), slog.String("role", string(a.result.Role)),
			slog.Any("templates", names(a.result.Templates)), slog.Int("changes", len(a.result.Changes)),
			slog.Int("conflicts", len(conflicts(&a.result))), slog.Int("patchBytes", len(a.result.Patch())))
	}
	return attrs
}

func names(templates []podtemplate.Ref) []string {
	all := make([]string, len(templates))
	for i, ref := range templates {
		all[i] = ref.String()
	}
	return all
}

// conflicts are the records of disagreements between the pod and templates.
func conflicts(result *podtemplate.Result) []podtemplate.Change {
	var all []podtemplate.Change
	for i := range result.Changes {
		if result.Changes[i].Resolution != "" {
			all = append(all, result.Changes[i])
		}
	}
	return all
}
