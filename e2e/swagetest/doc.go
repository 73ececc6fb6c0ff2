// Package swagetest gives tests a real API server that calls the real
// swage-webhook: both started once a package, before the first test.
//
//	var server swagetest.Server
//
//	func TestMain(m *testing.M) { os.Exit(server.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		namespace := server.Namespace(t)
//		server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": ...})
//		pod := server.Create(t, namespace, swagetest.Driver("a"))
//
// Tests run in parallel, each in its own namespace. A test with a webhook of its
// own takes its namespace out of the shared one's reach: see OwnWebhook.
package swagetest
