package admission

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"swage.dev/swage/podtemplate"
)

// maxBody is the most a request may hold: 7 MiB, as controller-runtime has it.
// etcd takes requests of 1.5 MiB by default; objects in JSON may be twice as
// large as they are stored, so the API server accepts 3 MiB of them. A review
// holds at most two objects, the old and the new, and under 1 MiB of the rest.
const maxBody = 7 << 20

// maxPreallocated bounds what a Content-Length alone makes us allocate: nearly
// all reviews of pods are smaller, and a header may promise what never comes.
const maxPreallocated = 64 << 10

var _ http.Handler = (*Handler)(nil)

// ServeHTTP answers one admission review.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	route, ok := podtemplate.ParseRoute(r.URL.Path)
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "admission reviews are posted", http.StatusMethodNotAllowed)
		return
	}
	a := &admission{route: route}
	h.answer(w, r, a)
	a.took = time.Since(began)
	h.report(r.Context(), a)
}

// answer reads, decides and writes. Whatever goes wrong, it leaves a verdict in a.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, a *admission) {
	// Not every writer can do this; the server's own can.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.opts.BodyTimeout))
	body, status, err := readBody(w, r)
	if err == nil {
		status = http.StatusBadRequest
		a.review, err = decodeReview(body)
	}
	if err != nil {
		a.fail(errors.Join(err, writeError(w, status, err.Error())))
		return
	}
	h.decide(r.Context(), a, body)
	if err := r.Context().Err(); err != nil {
		a.fail(fmt.Errorf("the API server did not wait for the answer: %w", err))
		return
	}
	if err := write(w, a); err != nil {
		a.fail(fmt.Errorf("writing the answer: %w", err))
	}
}

// write sends what the verdict asks for: an answer, or an HTTP error that
// leaves the pod to the webhook's failurePolicy.
func write(w http.ResponseWriter, a *admission) error {
	switch {
	case errors.Is(a.err, podtemplate.ErrNotAPod):
		return writeError(w, http.StatusBadRequest, a.err.Error())
	case a.result.Verdict == podtemplate.NotReady:
		return writeError(w, http.StatusServiceUnavailable, a.result.Message())
	case a.foreign:
		return writeReview(w, passed(a.review.UID))
	case a.result.Verdict.Allowed():
		return writeReview(w, allowed(a.review.UID, &a.result))
	case a.result.Verdict.Denied():
		return writeReview(w, denied(a.review.UID, &a.result))
	default:
		return writeError(w, http.StatusInternalServerError, a.result.Message())
	}
}

func writeReview(w http.ResponseWriter, body []byte) error {
	w.Header()["Content-Type"] = jsonContent
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	return err
}

// writeError says why in the body: the API server shows it to the pod's creator.
func writeError(w http.ResponseWriter, status int, why string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := io.WriteString(w, "swage: "+why+"\n")
	return err
}

var jsonContent = []string{"application/json"}

var (
	errContentType = errors.New("expected Content-Type application/json")
	errTooLarge    = fmt.Errorf("the review is larger than %d bytes", maxBody)
)

// readBody returns the body, or the error and the status to answer with.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, int, error) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, http.StatusUnsupportedMediaType, errContentType
	}
	if r.ContentLength > maxBody {
		return nil, http.StatusRequestEntityTooLarge, errTooLarge
	}
	var body bytes.Buffer
	// bytes.MinRead more, or ReadFrom would grow the buffer only to see the end.
	body.Grow(int(min(max(r.ContentLength, 0), maxPreallocated)) + bytes.MinRead)
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge, errTooLarge
	case err != nil:
		return nil, http.StatusBadRequest, fmt.Errorf("reading the review: %w", err)
	}
	return body.Bytes(), http.StatusOK, nil
}

func isJSON(header string) bool {
	if header == jsonContent[0] {
		return true
	}
	media, _, err := mime.ParseMediaType(header)
	return err == nil && media == jsonContent[0]
}
