package freeport_test

import (
	"net"
	"slices"
	"testing"

	"swage.dev/swage/e2e/freeport"
)

func TestPortsAreDifferentAndCanBeListenedAt(t *testing.T) {
	const nobodys = "127.9.8.7"             // where no other test wants a port while these are taken
	ports, err := freeport.On(nobodys, 500) // of ten thousand: by chance some would be the same
	if err != nil {
		t.Fatal(err)
	}
	if different := slices.Compact(slices.Sorted(slices.Values(ports))); len(different) != 500 {
		t.Errorf("%d of 500 ports are different", len(different))
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", freeport.Address(t))
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
}

func TestAHostThatIsNotThisOneHasNone(t *testing.T) {
	if ports, err := freeport.On("192.0.2.1", 1); err == nil {
		t.Errorf("got %v", ports)
	}
}
