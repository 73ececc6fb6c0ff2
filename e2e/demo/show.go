package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"swage.dev/swage/cmd/swage/explained"
	"swage.dev/swage/podtemplate/tree"
)

const legend = `
Read on as a diff: "+" came and "-" went, on the left who wanted it, in brackets the rule that decided.
Names are those of ConfigMaps in deploy/examples. What nobody's template wanted is the API server's own.`

// show submits the applications and shows each pod with the reasons.
func (d *demo) show(ctx context.Context) error {
	d.screen.text(legend)
	pods, failed := 0, 0
	for _, app := range d.apps {
		d.screen.section("Spark " + app.version)
		d.screen.command(app.command)
		if err := app.submit(ctx, d.cluster.Client()); err != nil {
			return fmt.Errorf("submit to the API server: %w", err)
		}
		shown := ""
		for _, pod := range app.pods {
			ok, err := d.showPod(pod, &shown)
			if err != nil {
				return err
			}
			pods++
			if !ok {
				failed++
			}
		}
	}
	return d.conclude(pods, failed)
}

// showPod shows one pod and checks it; shown is what the one before looked like.
func (d *demo) showPod(pod *pod, shown *string) (ok bool, err error) {
	text, err := pod.explain(d.Colour)
	if err != nil {
		return false, err
	}
	d.screen.section(fmt.Sprintf("%s %s, %s by %d templates", pod.title, pod.stored.Name, pod.why.Verdict, len(pod.why.Templates)))
	if text == *shown {
		text = "The same changes as in the pod before.\n"
	} else {
		*shown = text
	}
	d.screen.text(text)
	return d.check(pod)
}

func (d *demo) conclude(pods, failed int) error {
	d.screen.text("")
	if failed > 0 {
		d.screen.bad(fmt.Sprintf("%d of %d pods are not as expected", failed, pods))
		return ErrNotAsExpected
	}
	d.screen.good(fmt.Sprintf("%d pods, all as expected", pods))
	d.screen.text("\nThe same for your own pods and templates, without a cluster:")
	d.screen.command("go run ./cmd/swage diff --explain -f deploy/examples/pods -t deploy/examples/templates")
	d.screen.text("")
	return nil
}

// explain is the diff from the pod without Swage to the pod as stored.
func (p *pod) explain(colour bool) (string, error) {
	before, err := asTree(steady(p.plain))
	if err != nil {
		return "", err
	}
	after, err := asTree(steady(p.stored))
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	explained.Write(&out, explained.Diff(before, after, p.why.Changes), explained.Options{Colour: colour, Name: p.why.name})
	return out.String(), nil
}

// name is a template's as its namespace calls it.
func (e *explanation) name(by string) string {
	for _, t := range e.Templates {
		if strings.HasPrefix(by, t.Template+"/") {
			return strings.TrimPrefix(t.Template, namespace+"/")
		}
	}
	return by
}

func asTree(pod any) (*tree.Node, error) {
	text, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	return tree.Parse(text)
}
