// Package sparkpods has what real spark-submits sent to an API server: a
// driver, its executors, and the ConfigMaps and the Service beside them.
//
// They were captured as the API server had stored them. Load takes away what the
// server had filled in, so that a test or the demo can submit them again.
package sparkpods
