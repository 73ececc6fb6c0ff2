package schema

import "testing"

// TestPullPolicyOfAnImage: the API server's own function is compared in the e2e module.
func TestPullPolicyOfAnImage(t *testing.T) {
	const always, ifNotPresent = "Always", "IfNotPresent"
	for image, want := range map[string]string{
		"spark":                               always,
		"spark:latest":                        always,
		"spark:4.1.2":                         ifNotPresent,
		"docker.io/library/spark:4.1.2":       ifNotPresent,
		"registry:5000/spark":                 always,
		"registry:5000/spark:latest":          always,
		"registry:5000/team/spark:4.1.2":      ifNotPresent,
		"spark:latest-python":                 ifNotPresent,
		"spark@sha256:" + sixtyFour:           ifNotPresent,
		"spark:latest@sha256:" + sixtyFour:    always,
		"registry:5000/s@sha256:" + sixtyFour: ifNotPresent,
		"":                                    ifNotPresent,
	} {
		if got := PullPolicyOf(image); got != want {
			t.Errorf("%q: got %s, want %s", image, got, want)
		}
	}
}

const sixtyFour = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
