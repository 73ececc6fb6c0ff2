package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/e2e/process"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/swagewebhook"
)

// replica is a process of swage-webhook, with the pod and the endpoint that stand for it.
type replica struct {
	server          string // the Deployment, its account and its Service: the chart calls them the same
	pod             string
	serving, status int
	address         string
	process         *process.Process
}

// start starts two replicas as the Deployment says, and makes what controllers would make of that.
func (w *world) start(ctx context.Context) error {
	for name, node := range map[string]string{service + "-1": "node-a", service + "-2": "node-b"} {
		r, err := w.newReplica(ctx, service, name)
		if err != nil {
			return err
		}
		w.replicas = append(w.replicas, r)
		if err := errors.Join(r.createPod(ctx, r.pod, node), r.createEndpoint(ctx, r.pod)); err != nil {
			return err
		}
	}
	return deploymentReady(ctx, service, int32(len(w.replicas)))
}

// deploymentReady says of a Deployment what its controller would.
func deploymentReady(ctx context.Context, name string, replicas int32) error {
	deployments := server.Client().AppsV1().Deployments(system)
	d, err := deployments.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	d.Status.Replicas, d.Status.ReadyReplicas, d.Status.ObservedGeneration = replicas, replicas, d.Generation
	_, err = deployments.UpdateStatus(ctx, d, metav1.UpdateOptions{})
	return err
}

// newReplica starts a process of a server.
func (w *world) newReplica(ctx context.Context, of, pod string) (*replica, error) {
	address, err := ownAddress()
	if err != nil {
		return nil, err
	}
	ports, err := freeport.On(address, 2)
	if err != nil {
		return nil, err
	}
	r := &replica{server: of, pod: pod, address: address, serving: ports[0], status: ports[1]}
	return r, w.run(ctx, r)
}

// run starts its process, with the chart's command line and the account's own rights.
func (w *world) run(ctx context.Context, r *replica) error {
	path, err := product.Program(ctx, product.Webhook)
	if err != nil {
		return err
	}
	kubeconfig, err := w.kubeconfig(ctx, r.server, r.pod)
	if err != nil {
		return err
	}
	d, err := server.Client().AppsV1().Deployments(system).Get(ctx, r.server, metav1.GetOptions{})
	if err != nil {
		return err
	}
	args := append(d.Spec.Template.Spec.Containers[0].Args, "--kubeconfig="+kubeconfig, "--drain=0s", "--certificates-dir="+w.dir,
		fmt.Sprintf("--address=%s:%d", r.address, r.serving), fmt.Sprintf("--status-address=%s:%d", r.address, r.status))
	r.process, err = process.Start(process.Spec{Name: r.pod, Path: path, Args: args, LogFile: server.LogFile(r.pod + ".log")})
	if err != nil {
		return err
	}
	return r.process.WaitReady(ctx, func(ctx context.Context) error {
		return swagewebhook.Ready(ctx, fmt.Sprintf("http://%s:%d", r.address, r.status))
	})
}

// kubeconfig is that of the chart's service account.
func (w *world) kubeconfig(ctx context.Context, account, name string) (string, error) {
	token, err := server.Client().CoreV1().ServiceAccounts(system).CreateToken(ctx, account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	admin := server.Config()
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: admin.Host, CertificateAuthorityData: admin.CAData}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token.Status.Token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	path := filepath.Join(w.dir, name+".kubeconfig")
	return path, clientcmd.WriteToFile(*config, path)
}

// createPod makes the pod that the Deployment's controller, a scheduler and a kubelet would make.
func (r *replica) createPod(ctx context.Context, name, node string) error {
	d, err := server.Client().AppsV1().Deployments(system).Get(ctx, r.server, metav1.GetOptions{})
	if err != nil {
		return err
	}
	pod := &corev1.Pod{ObjectMeta: d.Spec.Template.ObjectMeta, Spec: d.Spec.Template.Spec}
	pod.Name, pod.Spec.NodeName = name, node
	pod.Spec.Containers[0].Ports = []corev1.ContainerPort{{Name: "https", ContainerPort: int32(r.serving)}, {Name: "status", ContainerPort: int32(r.status)}}
	pods := server.Client().CoreV1().Pods(system)
	made, err := pods.Create(ctx, pod, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	made.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, PodIP: r.address, PodIPs: []corev1.PodIP{{IP: r.address}},
		Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
	}
	_, err = pods.UpdateStatus(ctx, made, metav1.UpdateOptions{})
	return err
}

func (r *replica) createEndpoint(ctx context.Context, name string) error {
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: name, Labels: map[string]string{discoveryv1.LabelServiceName: r.server}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{r.address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
		Ports:       []discoveryv1.EndpointPort{{Name: new("https"), Port: new(int32(r.serving))}, {Name: new("status"), Port: new(int32(r.status))}},
	}
	_, err := server.Client().DiscoveryV1().EndpointSlices(system).Create(ctx, slice, metav1.CreateOptions{})
	return err
}

var errNoAddress = errors.New("this machine has no IPv4 address but the loopback's, which API servers do not call")

// ownAddress is one at which an API server calls endpoints and pods: none of the loopback's.
func ownAddress() (string, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	for _, a := range addresses {
		if network, is := a.(*net.IPNet); is && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			return network.IP.String(), nil
		}
	}
	return "", errNoAddress
}
