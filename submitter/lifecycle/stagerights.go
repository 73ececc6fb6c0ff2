package lifecycle

import (
	"context"
	"fmt"

	"swage.dev/swage/submitter/apiserver"
)

// MayStage is an error where whoever asks may not attach to pods of a namespace, so that this is known before anything is created.
// A server that does not say is believed to allow it.
func MayStage(ctx context.Context, server *apiserver.Server, namespace string) error {
	if !lacks(ctx, server, namespace, Right{Verb: "create", Resource: "pods/attach"}) {
		return nil
	}
	return fmt.Errorf("files of this machine are streamed to the driver, which takes the right to create pods/attach in namespace %s: "+
		"ask for it, or give spark.kubernetes.file.upload.path, or put the files into the image", namespace)
}
