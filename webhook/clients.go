package webhook

import (
	"context"
	"fmt"
	"log/slog"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

// protobuf costs the API server and us a fraction of what JSON does.
const protobuf = "application/vnd.kubernetes.protobuf"

// connect makes the clients that were not given.
func (o *Options) connect() (err error) {
	if o.Client != nil && o.Metadata != nil {
		return nil
	}
	config := rest.CopyConfig(o.Config)
	config.QPS = -1 // look-ups and events have limits of their own; a second one would only add waiting
	config.UserAgent = rest.DefaultKubernetesUserAgent()
	config.WarningHandlerWithContext = warnings{o.Logger}
	if o.Metadata, err = metadata.NewForConfig(config); err != nil {
		return fmt.Errorf("client for metadata: %w", err)
	}
	config.ContentType = protobuf
	config.AcceptContentTypes = protobuf + ",application/json"
	if o.Client, err = kubernetes.NewForConfig(config); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	return nil
}

// warnings sends what API servers warn of to our log instead of standard error.
type warnings struct{ log *slog.Logger }

func (w warnings) HandleWarningHeaderWithContext(ctx context.Context, code int, _, text string) {
	if code == 299 && text != "" {
		w.log.WarnContext(ctx, "warning from the API server", slog.String("text", text))
	}
}
