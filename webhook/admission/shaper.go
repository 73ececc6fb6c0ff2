package admission

import "swage.dev/swage/podtemplate"

// Shaper shapes one pod. *podtemplate.Shaper does; tests have one that does as
// it is told.
type Shaper interface {
	// Shape may be called from many goroutines at once. A panic fails only the
	// request at hand.
	Shape(podtemplate.Request) podtemplate.Result
}
