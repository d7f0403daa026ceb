package props

import (
	"context"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// Locker is a batch job that nobody traces: it holds a lock on the row of
// PRODUCT for HOLD_MS, lets go for PAUSE_MS, and begins again.
func Locker(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, os.Getenv("POSTGRES"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for ctx.Err() == nil {
		if err := hold(ctx, conn); err != nil {
			return err
		}
		rest(ctx, kit.EnvMS("PAUSE_MS", 500))
	}
	return nil
}

func hold(ctx context.Context, conn *pgx.Conn) error {
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT quantity FROM stock WHERE product = $1 FOR UPDATE", os.Getenv("PRODUCT")); err != nil {
		return err
	}
	kit.NoteTrace("-", "locker", kit.EnvMS("HOLD_MS", 400))
	time.Sleep(kit.EnvMS("HOLD_MS", 400))
	return tx.Commit(ctx)
}

// Flusher empties the cache after AFTER_MS, and every EVERY_MS from then on.
func Flusher(ctx context.Context) error {
	cache := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS")})
	defer cache.Close()
	rest(ctx, kit.EnvMS("AFTER_MS", 5000))
	for ctx.Err() == nil {
		if err := cache.FlushAll(ctx).Err(); err != nil {
			return err
		}
		kit.NoteTrace("-", "flusher", 0)
		rest(ctx, kit.EnvMS("EVERY_MS", 5000))
	}
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
