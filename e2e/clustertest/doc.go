// Package clustertest gives tests a real API server: one a package, started
// before the first test, and a namespace of its own to each test.
//
//	var server clustertest.Server
//
//	func TestMain(m *testing.M) { os.Exit(server.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		namespace := server.Namespace(t)
//		pod, err := server.Client().CoreV1().Pods(namespace).Create(...)
//
// When a test of the package fails, the logs of all components are kept and the
// folder is named.
package clustertest
