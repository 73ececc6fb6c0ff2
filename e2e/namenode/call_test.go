package namenode_test

import (
	"slices"
	"testing"

	"swage.dev/swage/e2e/namenode"
)

func TestCallsAreReadAmongOtherLines(t *testing.T) {
	got := namenode.Calls("WARNING: something\nCALL getFileInfo alice - TOKEN 10.88.0.7\nCALL half\nCALL getDelegationToken carol livy PROXY 10.88.0.8\n")
	want := []namenode.Call{
		{Method: "getFileInfo", User: "alice", Real: "-", By: "TOKEN", From: "10.88.0.7"},
		{Method: "getDelegationToken", User: "carol", Real: "livy", By: "PROXY", From: "10.88.0.8"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
