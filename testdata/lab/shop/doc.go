// Package shop is the system that is recorded: a small web shop, one function
// for each service, each run as a process of its own. It is instrumented the
// way the libraries' documentation says and does not know which fault it is
// recorded with; the dials of package kit and its settings decide that.
package shop

import (
	"context"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// Services are the roles that this package can play, by name.
var Services = map[string]func(context.Context) error{
	"web":             Web,
	"payment":         Payment,
	"bank":            Bank,
	"inventory":       Inventory,
	"search":          Search,
	"shard":           Shard,
	"recommendations": Recommendations,
	"tax":             Tax,
	"audit":           Audit,
	"mail":            Mail,
}

// work is a span that takes about as long as an honest computation would.
func work(ctx context.Context, name string, cost time.Duration) {
	kit.Work(ctx, name, func(context.Context) { time.Sleep(cost) })
}

const ms = time.Millisecond
