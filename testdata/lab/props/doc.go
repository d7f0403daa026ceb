// Package props is what stands around the shop and exports no spans: the DNS
// server, the wires that a fault can slow, the hosts of files, the data that a run
// begins with, and the two jobs that get in the shop's way. Nothing here knows a service.
package props

import (
	"context"
)

// Props are the roles that this package can play, by name.
var Props = map[string]func(context.Context) error{
	"certificate": Certificate,
	"names":       Names,
	"wire":        Wire,
	"prepare":     Prepare,
	"locker":      Locker,
	"flusher":     Flusher,
	"static":      Static,
	"partner":     Partner,
	"browse":      Browse,
}
