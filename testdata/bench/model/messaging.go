package model

import "fmt"

// describeMessage says what producer and consumer know of a message. A third of the
// consumers link to the producer, too, as batch consumers do.
func (m *Maker) describeMessage(p, c *Span) {
	topic := one(&m.dice, "order-placed", "payment-captured", "seat-released")
	message, partition := m.uuid(), fmt.Sprint(m.IntN(12))
	p.Name, p.Scope = "send "+topic, overKafka
	p.Attrs = Attrs{
		{"messaging.system", "kafka"}, {"messaging.destination.name", topic}, {"messaging.operation.type", "send"}, {"messaging.operation.name", "send"},
		{"messaging.message.id", message}, {"messaging.destination.partition.id", partition}, {"messaging.client.id", p.Pod.Service + "-1"},
		{"messaging.kafka.message.key", m.hex(16)}, {"server.address", "kafka-bootstrap.tickets-live"}, {"server.port", int64(9092)},
	}
	c.Name, c.Scope = "process "+topic, overKafka
	c.Attrs = Attrs{
		{"messaging.system", "kafka"}, {"messaging.destination.name", topic}, {"messaging.operation.type", "process"}, {"messaging.operation.name", "process"},
		{"messaging.message.id", message}, {"messaging.destination.partition.id", partition}, {"messaging.consumer.group.name", worker},
		{"messaging.kafka.offset", int64(m.IntN(1 << 30))}, {"messaging.message.body.size", int64(200 + m.IntN(9000))},
	}
	if m.in(3) {
		c.Link = p
	}
}
