package shop

import (
	"context"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel/trace"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// Mail works through the queue, one message after the other. Its spans are
// children of the publishing span and linked to it.
func Mail(ctx context.Context) error {
	messages, err := kit.Inbox("mail", 1)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-messages:
			deliver(ctx, m)
			_ = m.Ack(false)
		}
	}
}

func deliver(ctx context.Context, m amqp.Delivery) {
	ctx = kit.Sender(ctx, m)
	ctx, span := kit.Tracer().Start(ctx, "process mail", trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithLinks(trace.LinkFromContext(ctx)), trace.WithAttributes(kit.Messaging("mail", "process", "process")...))
	defer span.End()
	work(ctx, "send mail", 15*ms)
}
