// Package webhooktest lets a test API server call a webhook.
//
// A webhook is an [Endpoint], wherever it runs: [Serve] runs a handler in the
// test's process; a program of its own brings its own address and CA bundle.
// [Register] tells the API server, and returns when the server really calls it:
// the API server picks a configuration up by watch, some time after it has
// accepted it.
package webhooktest
