// Command lab is every process of the lab, one role for each run: the services
// of the shop, the props around them, the load, and `record`, which runs all
// of them once for every fault and keeps what they export.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/longpole/longpole/testdata/lab/kit"
	"github.com/longpole/longpole/testdata/lab/load"
	"github.com/longpole/longpole/testdata/lab/props"
	"github.com/longpole/longpole/testdata/lab/record"
	"github.com/longpole/longpole/testdata/lab/shop"
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

// play runs one role. Only the shop and its load are instrumented.
func play(ctx context.Context, role string, args []string) error {
	if role == "record" {
		return record.Main(ctx, args)
	}
	if prop, ok := props.Props[role]; ok {
		return prop(ctx)
	}
	service, ok := shop.Services[role]
	if role == "load" {
		service, ok = load.Run, true
	}
	if !ok {
		return fmt.Errorf("no such role")
	}
	kit.UseLabNames()
	flush, err := kit.Telemetry(ctx)
	if err != nil {
		return err
	}
	defer flush()
	return service(ctx)
}
