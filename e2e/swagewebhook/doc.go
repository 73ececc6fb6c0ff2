// Package swagewebhook runs the real swage-webhook beside a test API server.
//
// Start runs the binary as it is deployed: with a command line, a kubeconfig of
// an account that has the product's rights and no others, a Secret that is
// installed empty, and a webhook configuration that is installed without a CA
// bundle and calls a Service. Serve runs the same server in this process, for
// tests that need options no flag has.
package swagewebhook
