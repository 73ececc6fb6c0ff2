package submit_test

import (
	"errors"
	"time"

	"swage.dev/swage/e2e/await"
)

// patience is long: others use the machine.
var patience = await.Patience{Every: 20 * time.Millisecond, Timeout: 2 * time.Minute}

var errNotYet = errors.New("not yet")
