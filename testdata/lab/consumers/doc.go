// Package consumers is a small system that lives by a broker: an intake puts
// orders into a queue, workers take them out and put shipments into another, and a
// courier takes those in batches. Spans of a worker are children of the span
// that sent the message and linked to it; a batch begins a trace of its own
// and is linked to all of its messages.
package consumers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/longpole/longpole/testdata/lab/kit"
	"github.com/longpole/longpole/testdata/lab/load"
)

// Services are the roles that this package can play, by name.
var Services = map[string]func(context.Context) error{
	"intake":  Intake,
	"worker":  Worker,
	"courier": Courier,
	"carrier": Carrier,
}

const ms = time.Millisecond

// Intake writes an order down, leaves it in the queue, and answers at once.
func Intake(ctx context.Context) error {
	db, err := kit.OpenSQL()
	if err != nil {
		return err
	}
	orders, err := kit.NewOutbox("orders")
	if err != nil {
		return err
	}
	return kit.ServeHTTPS(ctx, kit.Routes{"POST /orders": func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		_, err := db.ExecContext(ctx, "INSERT INTO payments (amount) VALUES ($1)", 4200)
		if err == nil {
			err = orders.Send(ctx, r.FormValue("item"))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}})
}

// Worker packs one order after the other, unless WORKER=off.
func Worker(ctx context.Context) error {
	if kit.Env("WORKER", "on") == "off" {
		<-ctx.Done()
		return nil
	}
	db, err := kit.OpenSQL()
	if err != nil {
		return err
	}
	shipments, err := kit.NewOutbox("shipments")
	if err != nil {
		return err
	}
	messages, err := kit.Inbox("orders", 1)
	if err != nil {
		return err
	}
	cost, slow := kit.EnvMS("WORKER_QUERY_MS", 8), kit.NewDial("worker.query")
	pack := func(ctx context.Context, m amqp.Delivery) error {
		seconds := cost
		if more, hit := slow.Hit(ctx); hit {
			seconds += more
		}
		_, err := db.ExecContext(ctx, "UPDATE stock SET quantity = quantity - 1 FROM pg_sleep($2) AS cost WHERE product = $1", string(m.Body), seconds.Seconds())
		if err != nil {
			return err
		}
		kit.Work(ctx, "pack", func(context.Context) { time.Sleep(kit.EnvMS("WORKER_PACK_MS", 40)) })
		return shipments.Send(ctx, string(m.Body))
	}
	for m := range until(ctx, messages) {
		ctx := kit.Sender(context.WithoutCancel(ctx), m)
		ctx, span := kit.Tracer().Start(ctx, "process orders", trace.WithSpanKind(trace.SpanKindConsumer),
			trace.WithLinks(trace.LinkFromContext(ctx)), trace.WithAttributes(kit.Messaging("orders", "process", "process")...))
		if err := pack(ctx, m); err != nil {
			span.RecordError(err)
		}
		span.End()
		_ = m.Ack(false)
	}
	return nil
}

// until is a queue's messages until ctx ends.
func until(ctx context.Context, messages <-chan amqp.Delivery) func(func(amqp.Delivery) bool) {
	return func(yield func(amqp.Delivery) bool) {
		for {
			select {
			case <-ctx.Done():
				return
			case m, open := <-messages:
				if !open || !yield(m) {
					return
				}
			}
		}
	}
}

// Courier takes up to ten shipments, or what came within 400 ms of the first,
// to the carrier at once.
func Courier(ctx context.Context) error {
	client, err := kit.Client(kit.NoPhases, true, 0)
	if err != nil {
		return err
	}
	messages, err := kit.Inbox("shipments", 10)
	if err != nil {
		return err
	}
	for first := range until(ctx, messages) {
		batch := gather(first, messages)
		ship(context.WithoutCancel(ctx), client, batch)
		for _, m := range batch {
			_ = m.Ack(false)
		}
	}
	return nil
}

func gather(first amqp.Delivery, messages <-chan amqp.Delivery) []amqp.Delivery {
	batch, late := []amqp.Delivery{first}, time.After(400*ms)
	for len(batch) < 10 {
		select {
		case m := <-messages:
			batch = append(batch, m)
		case <-late:
			return batch
		}
	}
	return batch
}

// ship is one trace for the whole batch; a batch of nothing but warm-up is not recorded.
func ship(ctx context.Context, client *http.Client, batch []amqp.Delivery) {
	var links []trace.Link
	for _, m := range batch {
		if sc := trace.SpanContextFromContext(kit.Sender(ctx, m)); sc.IsSampled() {
			links = append(links, trace.Link{SpanContext: sc})
		}
	}
	if len(links) == 0 {
		return
	}
	attrs := append(kit.Messaging("shipments", "process", "process"), attribute.Int("messaging.batch.message_count", len(batch)))
	ctx, span := kit.Tracer().Start(ctx, "process shipments", trace.WithNewRoot(),
		trace.WithSpanKind(trace.SpanKindConsumer), trace.WithLinks(links...), trace.WithAttributes(attrs...))
	defer span.End()
	kit.Work(ctx, "label", func(context.Context) { time.Sleep(time.Duration(len(batch)) * 2 * ms) })
	req, err := http.NewRequestWithContext(ctx, "POST", "https://carrier.shop.test:18443/pickup", nil)
	if err != nil {
		return
	}
	if res, err := client.Do(req); err == nil {
		res.Body.Close()
	}
}

// Carrier belongs to somebody else: it answers in 20 ms and exports no spans.
func Carrier(ctx context.Context) error {
	slow := kit.NewDial("carrier.pickup")
	return kit.ServePlain(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * ms)
		if cost, hit := slow.HitIn(kit.SampledTrace(r.Header)); hit {
			time.Sleep(cost)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
}

// Buyers order. They have no spans; during the warm-up they bring a context
// that is not sampled.
func Buyers(ctx context.Context) error {
	conf, err := kit.ClientTLS()
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: conf, MaxIdleConnsPerHost: 64}}
	dice := rand.New(rand.NewPCG(uint64(kit.EnvInt("LAB_SEED", 1)), 7))
	var wait sync.WaitGroup
	buyer := func(context string) func() func() {
		return func() func() {
			url := fmt.Sprintf("https://intake.shop.test:18443/orders?item=%d", dice.IntN(200))
			return func() { wait.Go(func() { order(client, url, context) }) }
		}
	}
	load.Arrivals(ctx, dice, kit.EnvMS("LOAD_WARMUP_MS", 2000), buyer("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"))
	load.Arrivals(ctx, dice, kit.EnvMS("LOAD_MS", 15000), buyer(""))
	wait.Wait()
	time.Sleep(kit.EnvMS("LOAD_AFTER_MS", 3000)) // for what still lies in the queues
	return nil
}

func order(client *http.Client, url, context string) {
	req, err := http.NewRequest("POST", url, nil)
	if err != nil {
		return
	}
	if context != "" {
		req.Header.Set("traceparent", context)
	}
	if res, err := client.Do(req); err == nil {
		res.Body.Close()
	}
}
