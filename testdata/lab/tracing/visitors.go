package tracing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"

	"github.com/longpole/longpole/testdata/lab/kit"
	"github.com/longpole/longpole/testdata/lab/load"
)

// Visitors ask the desk for quotes. They have no spans; during the warm-up
// they bring a context that is not sampled.
func Visitors(ctx context.Context) error {
	dice := rand.New(rand.NewPCG(uint64(kit.EnvInt("LAB_SEED", 1)), 7))
	var wait sync.WaitGroup
	visitor := func(context string) func() func() {
		return func() func() {
			url := fmt.Sprintf("http://desk.shop.test"+port+"/quote?item=%d", dice.IntN(200))
			return func() { wait.Go(func() { visit(url, context) }) }
		}
	}
	load.Arrivals(ctx, dice, kit.EnvMS("LOAD_WARMUP_MS", 2000), visitor("1:1:0:0"))
	load.Arrivals(ctx, dice, kit.EnvMS("LOAD_MS", 15000), visitor(""))
	wait.Wait()
	return nil
}

func visit(url, context string) {
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return
	}
	if context != "" {
		req.Header.Set("uber-trace-id", context)
	}
	if res, err := client.Do(req); err == nil {
		res.Body.Close()
	}
}
