package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"swage.dev/swage/e2e/programs"
)

func (c *Cluster) etcd() (component, error) {
	client, err := c.ports.take()
	if err != nil {
		return component{}, err
	}
	peer, err := c.ports.take()
	if err != nil {
		return component{}, err
	}
	c.etcdURL = "http://" + client
	return component{
		program: programs.Etcd,
		args: []string{
			"--data-dir=" + c.dir.File("etcd"),
			"--listen-client-urls=" + c.etcdURL,
			"--advertise-client-urls=" + c.etcdURL,
			"--listen-peer-urls=http://" + peer,
			"--socket-reuse-port",
			// The data need not survive a power cut, and fsync is most of what
			// a write costs.
			"--unsafe-no-fsync",
			"--log-level=warn",
		},
		ready: func(ctx context.Context) error { return healthy(ctx, http.DefaultClient, c.etcdURL+"/health") },
	}, nil
}

// healthy asks a health endpoint.
func healthy(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	err = errors.Join(err, response.Body.Close())
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", url, response.Status, body)
	}
	return err
}
