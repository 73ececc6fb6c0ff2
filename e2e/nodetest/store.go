package nodetest

import (
	"context"
	"net"
	"strconv"
	"testing"

	"swage.dev/swage/e2e/objectstore"
)

// storePort is one of the machine's that no other program uses.
const storePort = 10070

// ObjectStore starts an S3-compatible store that the whole cluster and this machine reach, until the test ends. One test at a
// time may have it.
func (c *Cluster) ObjectStore(t testing.TB) *objectstore.Store {
	t.Helper()
	store, err := objectstore.Start(t.Context(), objectstore.Options{
		Dir: t.TempDir(), Address: net.JoinHostPort(c.Machine().Address(), strconv.Itoa(storePort)), Enter: c.Machine().Enter,
		Log: c.LogFile("store.log"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return store
}
