// Package nodetest gives tests a whole Kubernetes of two nodes, in which
// swage-webhook is installed as users install it, and a real spark-submit: all
// started once a package, before the first test.
//
//	var cluster nodetest.Cluster
//
//	func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }
//
//	func TestAJobSeesItsTemplate(t *testing.T) {
//		namespace := cluster.Namespace(t)
//		cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": ...})
//		run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Script: ...})
//		run.Succeeds(t)
//		run.Told(t).Want(t, "driver", "what its script should have seen")
//	}
//
// node-2 has a taint: what is not told to go there runs on node-1.
package nodetest
