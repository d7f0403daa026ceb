package shop

import (
	"context"
	"sync"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// There is no instrumentation of amqp091-go by its own project or by
// OpenTelemetry; this file follows the messaging conventions by hand.

// outbox publishes to one queue of the broker.
type outbox struct {
	mu      sync.Mutex // a channel must not be shared
	channel *amqp.Channel
	queue   string
}

func newOutbox(queue string) (*outbox, error) {
	channel, err := openQueue(queue)
	return &outbox{channel: channel, queue: queue}, err
}

func openQueue(queue string) (*amqp.Channel, error) {
	conn, err := amqp.Dial(kit.Env("RABBITMQ", "amqp://guest:guest@rabbitmq.shop.test:15673/"))
	if err != nil {
		return nil, err
	}
	channel, err := conn.Channel()
	if err != nil {
		return nil, err
	}
	_, err = channel.QueueDeclare(queue, false, false, false, false, nil)
	return channel, err
}

func (o *outbox) send(ctx context.Context, body string) error {
	ctx, span := kit.Tracer().Start(ctx, "publish "+o.queue, trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(messaging(o.queue, "publish", "send")...))
	defer span.End()
	msg := amqp.Publishing{Headers: amqp.Table{}, ContentType: "text/plain", Body: []byte(body)}
	otel.GetTextMapPropagator().Inject(ctx, headers(msg.Headers))
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.channel.PublishWithContext(ctx, "", o.queue, false, false, msg)
}

func messaging(queue, operation, kind string) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.system", "rabbitmq"), attribute.String("messaging.destination.name", queue),
		attribute.String("messaging.operation.name", operation), attribute.String("messaging.operation.type", kind),
	}
}

// headers carries the context of a trace in the headers of a message.
type headers amqp.Table

func (h headers) Get(key string) string { v, _ := h[key].(string); return v }
func (h headers) Set(key, value string) { h[key] = value }
func (h headers) Keys() []string        { return nil }

// Mail works through the queue, one message after the other. Its spans are
// children of the publishing span and linked to it.
func Mail(ctx context.Context) error {
	channel, err := openQueue("mail")
	if err != nil {
		return err
	}
	messages, err := channel.Consume("mail", "", true, false, false, false, nil)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-messages:
			deliver(ctx, m)
		}
	}
}

func deliver(ctx context.Context, m amqp.Delivery) {
	ctx = otel.GetTextMapPropagator().Extract(ctx, headers(m.Headers))
	ctx, span := kit.Tracer().Start(ctx, "process mail", trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithLinks(trace.LinkFromContext(ctx)), trace.WithAttributes(messaging("mail", "process", "process")...))
	defer span.End()
	work(ctx, "send mail", 15*ms)
}
