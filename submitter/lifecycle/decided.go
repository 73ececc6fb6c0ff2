package lifecycle

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter/apiserver"
)

// decided tells whether an error of a call says what became of it: the server
// has answered, or was not asked. Otherwise it may have done what it was asked.
func decided(err error) bool {
	var (
		answered apierrors.APIStatus
		unasked  *apiserver.CredentialsError
	)
	return errors.As(err, &answered) || errors.As(err, &unasked)
}
