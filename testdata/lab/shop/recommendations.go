package shop

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// advisor recommends from the cache, and asks the database where the cache
// has nothing.
type advisor struct {
	cache  *redis.Client
	db     *sql.DB
	query  time.Duration
	rank   *kit.Dial
	stuck  *kit.Dial
	single *kit.Dial
}

// Recommendations answers over gRPC with products like the one asked for.
func Recommendations(ctx context.Context) error {
	db, err := kit.OpenSQL()
	if err != nil {
		return err
	}
	a := &advisor{
		cache: redisClient(), db: db, query: kit.EnvMS("RECS_QUERY_MS", 4),
		rank: kit.NewDial("recommendations.rank"), stuck: kit.NewDial("recommendations.stuck"),
		single: kit.NewDial("recommendations.single"),
	}
	return kit.ServeRPC(ctx, "shop.Recommendations", map[string]kit.Method{"Similar": a.similar})
}

func (a *advisor) similar(ctx context.Context, in *structpb.Struct) (*structpb.Struct, error) {
	list, err := a.list(ctx, in.Fields["product"].GetStringValue())
	if err != nil {
		return nil, err
	}
	kit.Work(ctx, "rank", func(ctx context.Context) {
		time.Sleep(4 * ms)
		a.rank.Wait(ctx)
		a.stuck.Wait(ctx) // sleeps on when the caller has long given up
	})
	return structpb.NewStruct(map[string]any{"products": list})
}

// list comes from the cache, unless RECS_CACHE=off. A miss costs one query, or one for each of
// twenty products where the dial says that nobody wrote the join.
func (a *advisor) list(ctx context.Context, product string) (string, error) {
	if kit.Env("RECS_CACHE", "on") == "off" {
		return a.load(ctx, product)
	}
	cached, err := a.cache.Get(ctx, "similar:"+product).Result()
	if _, hit := a.single.Hit(ctx); hit {
		return cached, a.oneByOne(ctx, 20)
	}
	if err == nil {
		return cached, nil
	}
	list, err := a.load(ctx, product)
	if err != nil {
		return "", err
	}
	return list, a.cache.Set(ctx, "similar:"+product, list, time.Hour).Err()
}

func (a *advisor) load(ctx context.Context, product string) (string, error) {
	var list string
	err := a.db.QueryRowContext(ctx, "SELECT string_agg(p.name, ',') FROM products p, pg_sleep($2) AS cost WHERE p.category = (SELECT category FROM products WHERE id = $1)",
		product, a.query.Seconds()).Scan(&list)
	return list, err
}

func (a *advisor) oneByOne(ctx context.Context, n int) error {
	for i := range n {
		var name string
		err := a.db.QueryRowContext(ctx, "SELECT name FROM products, pg_sleep($2) AS cost WHERE id = $1", strconv.Itoa(i), a.query.Seconds()).Scan(&name)
		if err != nil {
			return err
		}
	}
	return nil
}
