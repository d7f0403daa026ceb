package tracing

import (
	"context"
	"database/sql"
	"net/http"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/opentracing/opentracing-go"
	"github.com/redis/go-redis/v9"

	"github.com/longpole/longpole/testdata/lab/kit"
)

const ms = time.Millisecond

// Desk takes requests for a quote: it asks quotes, reserves at the ledger, and
// tells somebody about it who is not waited for.
func Desk(ctx context.Context) error {
	return traced(func() error {
		return kit.ServeHTTP(ctx, kit.Routes{"GET /quote": answer("get_quote", func(ctx context.Context, r *http.Request) error {
			work(ctx, "check_session", 2*ms)
			if err := ask(ctx, "ask_quotes", "GET", "http://quotes.shop.test"+port+"/price?item="+r.FormValue("item")); err != nil {
				return err
			}
			if err := ask(ctx, "reserve", "POST", "http://ledger.shop.test"+port+"/reserve?item="+r.FormValue("item")); err != nil {
				return err
			}
			work(ctx, "format", 3*ms)
			notify(ctx)
			return nil
		})})
	})
}

// notify goes on when the answer has been given.
func notify(ctx context.Context) {
	after := opentracing.StartSpan("notify", opentracing.FollowsFrom(opentracing.SpanFromContext(ctx).Context()))
	go func() {
		defer after.Finish()
		time.Sleep(25 * ms)
	}()
}

// Quotes computes a price from what the cache knows.
func Quotes(ctx context.Context) error {
	cache := redis.NewClient(&redis.Options{Addr: kit.Env("REDIS", "redis.shop.test:16379"), PoolSize: 40, DisableIdentity: true})
	slow := kit.NewDial("quotes.price")
	return traced(func() error {
		return kit.ServeHTTP(ctx, kit.Routes{"GET /price": answer("price", func(ctx context.Context, r *http.Request) error {
			err := step(ctx, "redis_get", opentracing.Tags{"db.type": "redis", "peer.service": "redis"}, func(ctx context.Context) error {
				return cache.Get(ctx, "similar:1").Err()
			})
			if err != nil {
				return err
			}
			return step(ctx, "compute", nil, func(ctx context.Context) error {
				time.Sleep(8 * ms)
				if cost, hit := slow.HitIn(traceID(ctx)); hit {
					opentracing.SpanFromContext(ctx).LogKV("event", "recomputing")
					time.Sleep(cost)
				}
				return nil
			})
		})})
	})
}

// Ledger writes down what was reserved; with LEDGER_LOCK=on one at a time, and
// no span shows the wait.
func Ledger(ctx context.Context) error {
	db, err := sql.Open("pgx", kit.DSN())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(24)
	db.SetMaxIdleConns(24)
	cost, slow := kit.EnvMS("LEDGER_QUERY_MS", 6), kit.NewDial("ledger.query")
	var one sync.Mutex
	return traced(func() error {
		return kit.ServeHTTP(ctx, kit.Routes{"POST /reserve": answer("reserve_item", func(ctx context.Context, r *http.Request) error {
			if kit.Env("LEDGER_LOCK", "off") == "on" {
				one.Lock()
				defer one.Unlock()
			}
			tags := opentracing.Tags{"db.type": "sql", "db.statement": update, "peer.service": "postgres"}
			return step(ctx, "sql", tags, func(ctx context.Context) error {
				cost := cost
				if more, hit := slow.HitIn(traceID(ctx)); hit {
					cost += more
				}
				_, err := db.ExecContext(ctx, update, r.FormValue("item"), cost.Seconds())
				return err
			})
		})})
	})
}

const update = "UPDATE stock SET quantity = quantity - 1 FROM pg_sleep($2) AS cost WHERE product = $1"
