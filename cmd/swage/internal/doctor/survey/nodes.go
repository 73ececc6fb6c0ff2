package survey

import (
	"context"
	"net/url"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/submitter/apiserver"
)

// nodesAtOnce is how many are asked for in one call: a node says much about
// itself, the images that it has for one, of which nothing is kept here.
const nodesAtOnce = "500"

// nodes reads them with their taints, which no list of metadata has.
func (s *surveyor) nodes(ctx context.Context) (read doctor.Read[[]doctor.Node]) {
	ref := apiserver.Ref{APIVersion: coreVersion, Kind: "Node"}
	query := url.Values{"limit": {nodesAtOnce}}
	for {
		var page struct {
			Metadata metav1.ListMeta
			Items    []doctor.Node
		}
		if err := s.Server.List(ctx, ref, query, &page); err != nil {
			return doctor.Read[[]doctor.Node]{Err: denied(err, rightTo("list", ref))}
		}
		read.Value = append(read.Value, page.Items...)
		if page.Metadata.Continue == "" {
			return read
		}
		query.Set("continue", page.Metadata.Continue)
	}
}
