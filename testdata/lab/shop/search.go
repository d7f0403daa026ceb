package shop

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

const shards = 8

// Search asks all shards at once and answers when the last one has.
func Search(ctx context.Context) error {
	client, err := kit.Client(kit.EventPhases, true, 0)
	if err != nil {
		return err
	}
	return kit.ServeHTTPS(ctx, kit.Routes{"GET /search": func(w http.ResponseWriter, r *http.Request) {
		if err := scatter(r.Context(), client); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		work(r.Context(), "merge", 2*ms)
	}})
}

func scatter(ctx context.Context, client *http.Client) error {
	var wait sync.WaitGroup
	errs := make([]error, shards)
	for i := range shards {
		wait.Go(func() {
			errs[i] = hedged(ctx, kit.EnvMS("SHARD_HEDGE_MS", 0), func(ctx context.Context, turn int) error {
				_, err := fetch(ctx, client, "GET", fmt.Sprintf("https://shard-%d.shop.test:18443/query", (i+turn)%shards))
				return err
			})
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// hedged asks once, and where there is no answer after patience asks another
// (turn 1) as well; the first answer counts, and the other call is given up.
func hedged(ctx context.Context, patience time.Duration, ask func(ctx context.Context, turn int) error) error {
	if patience == 0 {
		return ask(ctx, 0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answer := make(chan error, 2)
	go func() { answer <- ask(ctx, 0) }()
	select {
	case err := <-answer:
		return err
	case <-time.After(patience):
	}
	go func() { answer <- ask(ctx, 1) }()
	return <-answer
}

// Shard is one of the eight; it answers in 8 ms.
func Shard(ctx context.Context) error {
	slow := kit.NewDial("shard.query")
	return kit.ServeHTTPS(ctx, kit.Routes{"GET /query": func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(8 * ms)
		slow.Wait(r.Context())
		w.WriteHeader(http.StatusNoContent)
	}})
}
