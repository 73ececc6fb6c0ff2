package certs

import (
	"os"
	"testing"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// TestMain takes out apimachinery's pause after errors: it remembers the time
// of the last error for the whole process, and each test with a virtual clock
// begins in the year 2000 again, so that a watch would sleep for years.
func TestMain(m *testing.M) {
	utilruntime.ErrorHandlers = utilruntime.ErrorHandlers[:1] //nolint:reassign // apimachinery offers no other way
	os.Exit(m.Run())
}
