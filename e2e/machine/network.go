package machine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
)

// network is the link between the real machine and this one: a pair of
// interfaces, which the kernel removes together.
type network struct{ inside, outside string }

const (
	// linkPrefix names the real machine's end; a number follows.
	linkPrefix = "swage"
	// maxLinks bounds how many machines can run at once.
	maxLinks = 64
)

// errNoLink says that no number for a link is free.
var errNoLink = errors.New("no free link to a test machine: remove interfaces that `ip link show type veth` lists as " + linkPrefix + "N")

// connect makes the link and brings it up on both ends.
func (m *Machine) connect(ctx context.Context) (network, error) {
	number, err := m.link(ctx)
	if err != nil {
		return network{}, err
	}
	n := addresses(number)
	name := linkPrefix + strconv.Itoa(number)
	for _, args := range [][]string{{"addr", "add", n.outside + "/24", "dev", name}, {"link", "set", name, "up"}} {
		if err := ip(ctx, args...); err != nil {
			return n, err
		}
	}
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"addr", "add", n.inside + "/24", "dev", "uplink"},
		{"link", "set", "uplink", "up"},
		{"route", "add", "default", "via", n.outside},
	} {
		if err := m.run(ctx, append([]string{"ip"}, args...)); err != nil {
			return n, err
		}
	}
	return n, nil
}

// addresses are from a block that private networks rarely use. The real machine
// does not forward it: what runs inside reaches this machine and nothing else.
func addresses(number int) network {
	third := byte(number)
	return network{
		outside: net.IPv4(10, 199, third, 1).String(),
		inside:  net.IPv4(10, 199, third, 2).String(),
	}
}

// link makes the pair. The kernel refuses a name that is taken, so that two
// runs at once cannot get the same number.
func (m *Machine) link(ctx context.Context) (int, error) {
	var refused error
	for number := range maxLinks {
		err := ip(ctx, "link", "add", linkPrefix+strconv.Itoa(number), "type", "veth",
			"peer", "name", "uplink", "netns", strconv.Itoa(m.first.PID()))
		if err == nil {
			return number, nil
		}
		if refused = err; !strings.Contains(err.Error(), "File exists") {
			return 0, err
		}
	}
	return 0, fmt.Errorf("%w: %w", errNoLink, refused)
}

// AddAddress gives the machine one more address on its link, the number-th after
// the first.
func (m *Machine) AddAddress(ctx context.Context, number int) (string, error) {
	address := net.ParseIP(m.network.inside).To4()
	address[3] += byte(number)
	_, err := m.Run(ctx, "ip", "addr", "add", address.String()+"/24", "dev", "uplink")
	return address.String(), err
}

func ip(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
