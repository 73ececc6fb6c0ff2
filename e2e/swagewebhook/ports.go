package swagewebhook

import (
	"errors"
	"math/rand/v2"
	"net"
)

// The ports tried. They lie below those that Linux gives to outgoing
// connections, so that no client can take one between our look and the server's
// listening; that another test takes it is a chance in thousands.
const (
	firstPort = 20000
	portCount = 10000
)

func freePort() (int, error) {
	for range 100 {
		port := firstPort + rand.IntN(portCount)
		listener, err := net.Listen("tcp", onLoopback(port)) //nolint:noctx // it returns at once
		if err != nil {
			continue
		}
		return port, listener.Close()
	}
	return 0, errors.New("100 ports tried and none is free")
}
