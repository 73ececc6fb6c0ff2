package doctor

import "testing"

// Who misses the Secret is told who fills it: a server that reads files does not.
func TestWhoFillsTheSecret(t *testing.T) {
	for source, want := range map[string]string{
		"":             "create it empty, and the server fills it",
		"self":         "create it empty, and the server fills it",
		"files":        "create it with tls.crt and tls.key",
		"cert-manager": "cert-manager makes it, if its Certificate is there and ready",
	} {
		p := healthy(t)
		args := &p.deployment().Spec.Template.Spec.Containers[0].Args
		*args = append(*args, "--certificates="+source)
		if got := p.in().FillsSecret(); got != want {
			t.Errorf("%q: %s", source, got)
		}
	}
}
