package cluster

import (
	"net"
	"testing"
)

func TestAReservedPortIsNobodyElses(t *testing.T) {
	var p ports
	defer p.release()
	address, err := p.take()
	if err != nil {
		t.Fatal(err)
	}
	var config net.ListenConfig
	if listener, err := config.Listen(t.Context(), "tcp", address); err == nil {
		listener.Close()
		t.Errorf("somebody else could listen on %s", address)
	}
}
