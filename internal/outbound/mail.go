package outbound

import (
	"context"
	"net"

	"toadlane/internal/limits"
)

// MailDial gives what opens a connection to the co-op's mail server. A steward chose that server and no stranger can, so it may
// lie in the co-op's own network; with onlyHere, for a node on loopback and for a server that is spoken to without encryption,
// it is on this machine or nowhere.
func MailDial(onlyHere bool) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: limits.DialTimeout}
	if !onlyHere {
		return d.DialContext
	}
	p := Loopback().p
	d.ControlContext = p.control
	return p.dial(d)
}
