package props

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/redis/go-redis/v9"

	"github.com/longpole/longpole/testdata/lab/kit"
)

const products = 200

const schema = `
DROP TABLE IF EXISTS products, stock, payments;
CREATE TABLE products (id text PRIMARY KEY, name text, category int);
CREATE TABLE stock (product text PRIMARY KEY, quantity int NOT NULL);
CREATE TABLE payments (id bigserial PRIMARY KEY, amount int NOT NULL);
INSERT INTO products SELECT i::text, 'product ' || i, i % 20 FROM generate_series(0, 199) i;
INSERT INTO stock SELECT i::text, 1000000 FROM generate_series(0, 199) i;
ANALYZE;`

// Certificate makes the lab's certificate in LAB_DIR.
func Certificate(context.Context) error {
	return kit.MakeCertificate(os.Getenv("LAB_DIR"))
}

// Prepare gives every run the same data: full tables, a cache that is warm, or cold with
// CACHE=cold, and empty queues.
func Prepare(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, os.Getenv("POSTGRES"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, schema); err != nil {
		return err
	}
	cache := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS")})
	defer cache.Close()
	pipe := cache.Pipeline()
	pipe.FlushAll(ctx)
	for i := range products {
		if kit.Env("CACHE", "warm") == "cold" {
			break
		}
		pipe.Set(ctx, fmt.Sprintf("similar:%d", i), "product 1,product 2", 0)
	}
	if _, err = pipe.Exec(ctx); err != nil {
		return err
	}
	return emptyQueues()
}

// emptyQueues takes away what the run before has left.
func emptyQueues() error {
	conn, err := amqp.Dial(kit.Env("RABBITMQ", "amqp://guest:guest@127.0.0.1:15673/"))
	if err != nil {
		return err
	}
	defer conn.Close()
	channel, err := conn.Channel()
	if err != nil {
		return err
	}
	for _, queue := range []string{"mail", "orders", "shipments"} {
		if _, err := channel.QueueDelete(queue, false, false, false); err != nil {
			return err
		}
	}
	return nil
}
