// Package suite runs golden cases of templates: pods as their clients send them,
// and what shaping is wanted to make of them.
//
//	suite/
//	  templates/*.yaml       ConfigMaps, and Namespaces for their labels
//	  cases/NAME/pod.yaml    the pods: an executor beside its driver
//	  cases/NAME/want.yaml   for each pod one document
//	  cases/NAME/case.yaml   what else there is to say, if anything
//
// A file that has no place in this is refused: a case with a misspelled name
// would never fail.
package suite
