package certmanager

import (
	"context"
	"testing"

	"swage.dev/swage/e2e/cluster"
)

// ForTest runs cert-manager on a cluster, or on an API server alone, until the test ends.
func ForTest(t testing.TB, at *cluster.Cluster) *CertManager {
	t.Helper()
	m, err := Start(t.Context(), Options{Config: at.Config(), Kubeconfig: at.Kubeconfig(), LogFile: at.LogFile("cert-manager.log")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return m
}
