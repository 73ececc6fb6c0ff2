// Package server is the API server's part of a pod's admission, in process:
// decoding, defaulting, managedFields and the built-in plugins that change
// pods, all by Kubernetes' own code. It is what lies between two calls of a
// mutating webhook.
package server

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/kubernetes/pkg/apis/core"
	corescheme "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/capabilities"
)

// Server decodes, defaults and admits pods. It is safe for concurrent use.
type Server struct {
	scheme  *runtime.Scheme
	codec   runtime.Decoder
	plugins []plugin
	types   managedfields.TypeConverter
}

// New returns a server that has the objects of a Cluster.
func New(cluster Cluster) (*Server, error) {
	s := &Server{scheme: runtime.NewScheme()}
	corescheme.Install(s.scheme)
	s.codec = serializer.NewCodecFactory(s.scheme).UniversalDecoder(schema.GroupVersion{Group: "", Version: runtime.APIVersionInternal})
	capabilities.Setup(true, 0) // privileged containers are allowed, as everywhere outside of hosted clusters
	s.types = applyconfigurations.NewTypeConverter(s.scheme)
	plugins, err := newPlugins(cluster)
	s.plugins = plugins
	return s, err
}

// Create returns the pod as the first mutating webhook sees it, when a client
// sends raw. Unknown fields are gone. With managed, metadata.managedFields says
// what was decoded and defaulted, and not what plugins added.
func (s *Server) Create(ctx context.Context, namespace string, raw []byte, managed bool) ([]byte, error) {
	pod, err := s.decode(raw)
	if err != nil {
		return nil, err
	}
	pod.Namespace = namespace
	if managed {
		if err := s.manage(pod); err != nil {
			return nil, err
		}
	}
	return s.admit(ctx, namespace, pod)
}

// Again returns what the webhook is called with once more after it made raw:
// decoded, defaulted, and through the plugins again.
func (s *Server) Again(ctx context.Context, namespace string, raw []byte) ([]byte, error) {
	pod, err := s.decode(raw)
	if err != nil {
		return nil, err
	}
	return s.admit(ctx, namespace, pod)
}

// Default returns the pod decoded and defaulted, without plugins.
func (s *Server) Default(raw []byte) ([]byte, error) {
	pod, err := s.decode(raw)
	if err != nil {
		return nil, err
	}
	return s.encode(pod)
}

func (s *Server) admit(ctx context.Context, namespace string, pod *core.Pod) ([]byte, error) {
	for _, p := range s.plugins {
		if err := p.admit(ctx, namespace, pod); err != nil {
			return nil, fmt.Errorf("%s refuses the pod: %w", p.name, err)
		}
	}
	return s.encode(pod)
}

// decode reads JSON the way the server does: unknown fields are dropped, absent ones defaulted.
func (s *Server) decode(raw []byte) (*core.Pod, error) {
	object, _, err := s.codec.Decode(raw, &schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, nil)
	if err != nil {
		return nil, fmt.Errorf("decode the pod: %w", err)
	}
	pod, ok := object.(*core.Pod)
	if !ok {
		return nil, fmt.Errorf("decode the pod: it is a %T", object)
	}
	return pod, nil
}

func (s *Server) encode(pod *core.Pod) ([]byte, error) {
	out := &corev1.Pod{}
	if err := s.scheme.Convert(pod, out, nil); err != nil {
		return nil, fmt.Errorf("convert the pod: %w", err)
	}
	out.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Pod"))
	return json.Marshal(out)
}
