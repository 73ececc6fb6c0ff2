package submitter

import (
	"net/http"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// warn tells what the API server, or a webhook that it called, has to say
// beside its answer. A header that cannot be read is nobody's warning.
func (s *Server) warn(header http.Header) {
	if s.Warned == nil {
		return
	}
	warnings, _ := utilnet.ParseWarningHeaders(header.Values("Warning"))
	for _, warning := range warnings {
		s.Warned(warning.Text)
	}
}
