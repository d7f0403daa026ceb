package kit

import (
	"context"
	"sync"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// There is no instrumentation of amqp091-go by its own project or by
// OpenTelemetry; this file follows the messaging conventions by hand.

// Outbox publishes to one queue of the broker.
type Outbox struct {
	mu      sync.Mutex // a channel must not be shared
	channel *amqp.Channel
	queue   string
}

// NewOutbox opens the queue.
func NewOutbox(queue string) (*Outbox, error) {
	channel, err := openQueue(queue)
	return &Outbox{channel: channel, queue: queue}, err
}

func openQueue(queue string) (*amqp.Channel, error) {
	conn, err := amqp.Dial(Env("RABBITMQ", "amqp://guest:guest@rabbitmq.shop.test:15673/"))
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

// Send publishes a message inside a PRODUCER span.
func (o *Outbox) Send(ctx context.Context, body string) error {
	ctx, span := Tracer().Start(ctx, "publish "+o.queue, trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(Messaging(o.queue, "publish", "send")...))
	defer span.End()
	msg := amqp.Publishing{Headers: amqp.Table{}, ContentType: "text/plain", Body: []byte(body)}
	otel.GetTextMapPropagator().Inject(ctx, headers(msg.Headers))
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.channel.PublishWithContext(ctx, "", o.queue, false, false, msg)
}

// Inbox receives the messages of a queue, which the consumer acknowledges: it
// is given one at a time, or as many as prefetch says.
func Inbox(queue string, prefetch int) (<-chan amqp.Delivery, error) {
	channel, err := openQueue(queue)
	if err != nil {
		return nil, err
	}
	if err := channel.Qos(prefetch, 0, false); err != nil {
		return nil, err
	}
	return channel.Consume(queue, "", false, false, false, false, nil)
}

// Sender is ctx with the span that sent the message.
func Sender(ctx context.Context, m amqp.Delivery) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, headers(m.Headers))
}

// Messaging are the attributes of a step of a message.
func Messaging(queue, operation, kind string) []attribute.KeyValue {
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
