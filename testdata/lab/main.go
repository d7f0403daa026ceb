// Command lab is every process of the lab, one role for each run: the services
// of the shop, the props around them, the load, and `record`, which runs all
// of them once for every fault and keeps what they export.
package main

import (
	"context"
	"fmt"
	"log"
	"maps"
	"os"
	"os/signal"
	"syscall"

	"github.com/longpole/longpole/testdata/lab/consumers"
	"github.com/longpole/longpole/testdata/lab/kit"
	"github.com/longpole/longpole/testdata/lab/load"
	"github.com/longpole/longpole/testdata/lab/props"
	"github.com/longpole/longpole/testdata/lab/record"
	"github.com/longpole/longpole/testdata/lab/shop"
	"github.com/longpole/longpole/testdata/lab/tracing"
)

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: lab ROLE, or lab record -h")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := play(ctx, os.Args[1], os.Args[2:]); err != nil {
		log.Fatalf("lab %s: %v", os.Args[1], err)
	}
}

// play runs one role. What exports spans by OpenTelemetry's SDK gets it here;
// the others have their own instrumentation or none.
func play(ctx context.Context, role string, args []string) error {
	if role == "record" {
		return record.Main(ctx, args)
	}
	if prop, ok := props.Props[role]; ok {
		return prop(ctx)
	}
	kit.UseLabNames()
	if service, ok := bare[role]; ok {
		return service(ctx)
	}
	service, ok := instrumented(role)
	if !ok {
		return fmt.Errorf("no such role")
	}
	flush, err := kit.Telemetry(ctx)
	if err != nil {
		return err
	}
	defer flush()
	return service(ctx)
}

type service = func(context.Context) error

// bare are the roles without OpenTelemetry.
var bare = map[string]service{"buyers": consumers.Buyers}

func init() { maps.Copy(bare, tracing.Services) }

func instrumented(role string) (service, bool) {
	for _, services := range []map[string]service{shop.Services, consumers.Services, {"load": load.Run}} {
		if s, ok := services[role]; ok {
			return s, true
		}
	}
	return nil, false
}
