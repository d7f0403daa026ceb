package shop

import (
	"context"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// stock is the inventory's database: pgx with its own pool, instrumented by
// otelpgx, which shows the wait for a connection as a span.
type stock struct {
	pool *pgxpool.Pool
	cost time.Duration
	slow *kit.Dial
}

// Inventory answers over gRPC: how many there are, and one less of them.
func Inventory(ctx context.Context) error {
	conf, err := pgxpool.ParseConfig(kit.DSN())
	if err != nil {
		return err
	}
	conf.MaxConns = int32(kit.EnvInt("INVENTORY_POOL", 24))
	conf.MinConns = conf.MaxConns
	conf.ConnConfig.Tracer = otelpgx.NewTracer(otelpgx.WithDisableConnectionDetailsInAttributes())
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return err
	}
	defer pool.Close()
	s := &stock{pool: pool, cost: kit.EnvMS("INVENTORY_QUERY_MS", 3), slow: kit.NewDial("inventory.query")}
	return kit.ServeRPC(ctx, "shop.Inventory", map[string]kit.Method{"Stock": s.quantity, "Reserve": s.reserve})
}

// seconds is how long the database takes for the next statement.
func (s *stock) seconds(ctx context.Context) float64 {
	cost := s.cost
	if more, hit := s.slow.Hit(ctx); hit {
		cost += more
	}
	return cost.Seconds()
}

func (s *stock) quantity(ctx context.Context, in *structpb.Struct) (*structpb.Struct, error) {
	var n int
	err := s.pool.QueryRow(ctx, "SELECT quantity FROM stock, pg_sleep($2) AS cost WHERE product = $1",
		in.Fields["product"].GetStringValue(), s.seconds(ctx)).Scan(&n)
	if err != nil {
		return nil, err
	}
	return structpb.NewStruct(map[string]any{"quantity": n})
}

func (s *stock) reserve(ctx context.Context, in *structpb.Struct) (*structpb.Struct, error) {
	_, err := s.pool.Exec(ctx, "UPDATE stock SET quantity = quantity - 1 FROM pg_sleep($2) AS cost WHERE product = $1",
		in.Fields["product"].GetStringValue(), s.seconds(ctx))
	if err != nil {
		return nil, err
	}
	return structpb.NewStruct(map[string]any{"reserved": true})
}
