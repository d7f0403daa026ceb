package kit

import (
	"context"
	"net"
)

// UseLabNames makes every lookup of this process ask the lab's DNS server over
// UDP and nothing else, so that a fault can slow it and a trace can show it.
func UseLabNames() {
	server := Env("LAB_DNS", "127.0.0.1:15353")
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "udp", server)
		},
	}
}
