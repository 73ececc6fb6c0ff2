package store

import "k8s.io/apimachinery/pkg/watch"

type watchInterface = watch.Interface

// deafWatch never tells anything.
type deafWatch struct{ events chan watch.Event }

func newDeafWatch() watch.Interface { return &deafWatch{events: make(chan watch.Event)} }

func (d *deafWatch) Stop()                          {}
func (d *deafWatch) ResultChan() <-chan watch.Event { return d.events }
