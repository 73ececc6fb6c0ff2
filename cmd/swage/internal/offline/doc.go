// Package offline shapes pods from files with templates from files: the same
// engine as the webhook's, with the inputs in place of a cluster.
//
// What the webhook asks the API server is answered from the inputs alone: the
// labels of namespaces, the driver of an executor, named templates. It opens no
// connection and reads no kubeconfig.
package offline
