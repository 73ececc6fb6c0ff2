package events

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	component  = "swage-webhook"
	maxMessage = 1024 // the API server refuses longer ones
	maxPrefix  = 200  // of an Event's name, which may have 253 characters with its suffix
)

// Event is one thing that happened to an object. All are warnings.
type Event struct {
	// Regarding is the object, with namespace and uid: kubectl describe looks for the uid.
	Regarding corev1.ObjectReference
	// Reason is one word in camel case, from a closed list: Events are aggregated by it.
	Reason string
	// Message is for people: names and paths, never values. It is cut at 1024 bytes.
	Message string
}

// identity is what repetitions of an Event have in common.
type identity struct {
	object corev1.ObjectReference
	reason string
}

func (e Event) identity() identity { return identity{e.Regarding, e.Reason} }

// series is one Event and its repetitions.
type series struct {
	event          Event // the newest
	first, last    time.Time
	count, written int
	name           string // of the Event object, once it was created
}

func (s *series) add(e Event, now time.Time) {
	if s.count == 0 {
		s.first = now
	}
	s.event, s.last = e, now
	s.count++
}

// put writes the series: as a new Event, or as a new count on the one that is there.
func (r *Recorder) put(ctx context.Context, s *series) error {
	client := r.opts.Client.Events(s.event.Regarding.Namespace)
	if s.name != "" {
		patch, err := s.patch()
		if err != nil {
			return err
		}
		_, err = client.Patch(ctx, s.name, types.MergePatchType, patch, metav1.PatchOptions{})
		if !apierrors.IsNotFound(err) {
			return err
		}
		s.name = "" // it expired: the API server keeps Events for an hour
	}
	event := r.object(s)
	_, err := client.Create(ctx, event, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	s.name = event.Name
	return nil
}

func (s *series) patch() ([]byte, error) {
	return json.Marshal(map[string]any{
		"count": s.count, "lastTimestamp": metav1.NewTime(s.last), "message": cut(s.event.Message, maxMessage),
	})
}

func (r *Recorder) object(s *series) *corev1.Event {
	return &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.event.Regarding.Namespace,
			Name:      r.name(s),
		},
		InvolvedObject:      s.event.Regarding,
		Reason:              s.event.Reason,
		Message:             cut(s.event.Message, maxMessage),
		Type:                corev1.EventTypeWarning,
		Source:              corev1.EventSource{Component: component},
		FirstTimestamp:      metav1.NewTime(s.first),
		LastTimestamp:       metav1.NewTime(s.last),
		Count:               int32(s.count),
		ReportingController: component,
		ReportingInstance:   r.opts.Instance,
	}
}

// name is unique by what the Event is about, when it began, and who tells.
func (r *Recorder) name(s *series) string {
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%q %q %q %d", s.event.Regarding.UID, s.event.Reason, r.opts.Instance, s.first.UnixNano())
	return cut(s.event.Regarding.Name, maxPrefix) + "." + hex.EncodeToString(hash.Sum(nil))
}

// cut shortens text to at most n bytes without leaving half a character.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}
