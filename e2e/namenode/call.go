package namenode

import (
	"fmt"
	"strings"
)

// Call is one call that the service answered, of a client that it had let in.
type Call struct {
	// Method is the protocol's, such as getFileInfo.
	Method string
	// User is the short name of who called, Real of who did so on its behalf, "-" for nobody.
	User, Real string
	// By is KERBEROS, for a ticket, TOKEN, for a delegation token, or PROXY.
	By string
	// From is the client's address.
	From string
}

// Calls reads the service's log.
func Calls(log string) (calls []Call) {
	for line := range strings.Lines(log) {
		var c Call
		if n, _ := fmt.Sscanf(line, "CALL %s %s %s %s %s", &c.Method, &c.User, &c.Real, &c.By, &c.From); n == 5 {
			calls = append(calls, c)
		}
	}
	return calls
}
