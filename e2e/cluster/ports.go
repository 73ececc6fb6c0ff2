package cluster

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// loopback is where everything listens: nothing is reachable from elsewhere.
const loopback = "127.0.0.1"

// ports are TCP ports that nobody else can take while they are held.
//
// Asking the kernel for a free port, closing it and passing its number on loses
// it to another process now and then. So the socket stays bound, never
// listening, with SO_REUSEPORT; a program of the same user that sets the
// same option may listen beside it (etcd: --socket-reuse-port, kube-apiserver:
// --permit-port-sharing).
type ports struct {
	held []*os.File
	// elsewhere is another machine's address. There everything is free, and
	// ports are counted from firstPort.
	elsewhere string
	counted   int
}

// firstPort is etcd's usual one. Empty machines have no others in use.
const firstPort = 2379

// take reserves a port and returns host:port.
func (p *ports) take() (string, error) {
	if p.elsewhere != "" {
		p.counted++
		return net.JoinHostPort(p.elsewhere, strconv.Itoa(firstPort+p.counted-1)), nil
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("reserve a port: %w", err)
	}
	p.held = append(p.held, os.NewFile(uintptr(fd), "reserved port"))
	port, err := bind(fd)
	if err != nil {
		return "", fmt.Errorf("reserve a port: %w", err)
	}
	return net.JoinHostPort(loopback, strconv.Itoa(port)), nil
}

func bind(fd int) (int, error) {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return 0, err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	address, ok := bound.(*unix.SockaddrInet4)
	if !ok {
		return 0, errors.New("not an IPv4 address")
	}
	return address.Port, nil
}

func (p *ports) release() {
	for _, file := range p.held {
		file.Close()
	}
	p.held = nil
}
