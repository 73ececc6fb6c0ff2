// Package freeport finds ports for servers that take a number, and not a
// listener.
package freeport

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// The ports tried. They lie below those that Linux gives to outgoing
// connections, so that no client can take one between our look and the server's
// listening, or while a server is away that will be back; that another test
// takes it is a chance in thousands.
const (
	first = 20000
	count = 10000
)

// On finds n ports of a host that nobody listens at, each another one.
func On(host string, n int) (ports []int, err error) {
	var open []net.Listener // until all are found, or one could be found twice
	defer func() {
		for _, listener := range open {
			listener.Close()
		}
	}()
	for range 100 * n {
		if len(ports) == n {
			return ports, nil
		}
		port := first + rand.IntN(count)
		listener, listenErr := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port))) //nolint:noctx // it returns at once
		if listenErr != nil {
			err = listenErr
			continue
		}
		open, ports = append(open, listener), append(ports, port)
	}
	return nil, fmt.Errorf("%d ports of %s tried and too few are free: %w", 100*n, host, err)
}

// Address is a port of the loopback interface as host:port.
func Address(t testing.TB) string {
	t.Helper()
	const loopback = "127.0.0.1"
	ports, err := On(loopback, 1)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort(loopback, strconv.Itoa(ports[0]))
}
