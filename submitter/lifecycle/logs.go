package lifecycle

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// LogOptions say which part of a container's log is wanted. The zero value is all of it, so far.
type LogOptions struct {
	// Container is whose log it is. Default: the Spark container's.
	Container string
	// Follow goes on until the container ends.
	Follow bool
	// Previous is the log of the container before its last restart.
	Previous bool
	// Tail is how many of the last lines. Default 0: all.
	Tail int64
	// Since is how old the oldest line may be, in full seconds. Default 0: any age.
	Since time.Duration
	// Timestamps are put before each line.
	Timestamps bool
}

func (o *LogOptions) query() url.Values {
	query := url.Values{}
	for name, set := range map[string]bool{"follow": o.Follow, "previous": o.Previous, "timestamps": o.Timestamps} {
		if set {
			query.Set(name, "true")
		}
	}
	for name, number := range map[string]int64{"tailLines": o.Tail, "sinceSeconds": int64(o.Since / time.Second)} {
		if number > 0 {
			query.Set(name, strconv.FormatInt(number, 10))
		}
	}
	if o.Container != "" {
		query.Set("container", o.Container)
	}
	return query
}

// Logs is a container's log. The caller closes it.
func Logs(ctx context.Context, server *apiserver.Server, pod *corev1.Pod, o LogOptions) (io.ReadCloser, error) {
	if o.Container == "" {
		o.Container = submitter.SparkContainer(pod)
	}
	return server.Open(ctx, apiserver.PodRef(pod.Namespace, pod.Name), "log", o.query())
}

const (
	// lastLines of a log are enough to find out how it ended.
	lastLines = 1000
	// mostBytes keeps a log with long lines from filling the memory. The server's
	// own limit would cut the end off, which tells most.
	mostBytes = 16 << 20
)

// endOfLog is the end of the Spark container's log.
func endOfLog(ctx context.Context, server *apiserver.Server, pod *corev1.Pod) (string, error) {
	body, err := Logs(ctx, server, pod, LogOptions{Tail: lastLines})
	if err != nil {
		return "", err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, mostBytes))
	if err != nil {
		return "", fmt.Errorf("reading the log of %s: %w", pod.Name, err)
	}
	return string(text), nil
}
