package model

import (
	"fmt"
	"strings"
)

func (m *Maker) describeInternal(s *Span) {
	s.Name, s.Scope = one(&m.dice, "render page", "SeatPicker.best_available", "FeeCalculator.apply", "decode response", "authorize", "rank results", "validate basket", "build e-ticket", "middleware: session"), byHand
	s.Attrs = Attrs{
		{"code.function.name", "com.tickets." + s.Pod.Service + "." + strings.ReplaceAll(s.Name, " ", "_")},
		{"code.file.path", "/srv/src/" + s.Pod.Service + "/internal/flow.go"}, {"code.line.number", int64(20 + m.IntN(700))},
		{"thread.id", int64(1 + m.IntN(150))}, {"thread.name", fmt.Sprintf("worker-%d", m.IntN(32))},
	}
	m.describeBusiness(s, 2+m.IntN(5))
}

func (m *Maker) describeThread(s *Span) {
	if s.Pod.service.threaded() {
		n := m.IntN(200)
		s.Attrs = append(s.Attrs, Attr{"thread.id", int64(20 + n)}, Attr{"thread.name", fmt.Sprintf("exec-pool-thread-%d", n)})
	}
}

// describeBusiness adds what developers add by hand.
func (m *Maker) describeBusiness(s *Span, n int) {
	for range n {
		s.Attrs = append(s.Attrs, m.business())
	}
}

func (m *Maker) business() Attr {
	switch m.IntN(10) {
	case 0:
		return Attr{"tickets.customer.id", m.uuid()}
	case 1:
		return Attr{"tickets.order.id", fmt.Sprintf("T-%09d", m.IntN(900_000_000))}
	case 2:
		return Attr{"tickets.seats.count", int64(1 + m.IntN(8))}
	case 3:
		return Attr{"tenant.id", fmt.Sprintf("promoter-%03d", m.IntN(400))} // a slice by default: a signature for each
	case 4:
		return Attr{"session.id", m.uuid()}
	case 5:
		return Attr{"tickets.order.total", float64(m.IntN(50_000)) / 100}
	case 6:
		return Attr{"tickets.resale", m.in(5)}
	case 7:
		return Attr{"enduser.id", fmt.Sprintf("c%07d", m.IntN(4_000_000))}
	case 8:
		return Attr{"http.request.header.x-forwarded-for", []string{m.ip(), m.ip()}}
	}
	return Attr{"feature_flag.result.variant", one(&m.dice, "control", "new-seat-map", "dynamic-prices")}
}

// logInto adds the log lines that some spans carry as events.
func (m *Maker) logInto(s *Span) {
	if !m.in(5) {
		return
	}
	n := 1 + m.IntN(3)
	for i := range n {
		s.Events = append(s.Events, Event{
			At: s.Start + (s.End-s.Start)*int64(i+1)/int64(n+1), Name: one(&m.dice, "cache miss", "lock acquired", "log"),
			Attrs: Attrs{{"log.severity", "INFO"}, {"message", "looking at " + m.word() + " " + m.hex(6)}, {"attempt", int64(i)}},
		})
	}
}

// fail makes an error of a span that its status says failed, half of them with a stack.
func (m *Maker) fail(s *Span) {
	_, _, status := answered(s)
	if status < 500 && s.Attrs.number("rpc.grpc.status_code") == 0 {
		return
	}
	s.Failed = true
	s.Message = one(&m.dice, "upstream request timeout", "connection reset by peer", `no price for "seat"`, "deadlock detected while updating holds")
	e := Event{
		At: s.End - (s.End-s.Start)/8, Name: "exception",
		Attrs: Attrs{{"exception.type", "tickets.UpstreamError"}, {"exception.message", s.Message}},
	}
	if m.in(2) {
		e.Attrs = append(e.Attrs, Attr{"exception.stacktrace", m.stack(s.Message)}, Attr{"exception.escaped", false})
	}
	s.Events = append(s.Events, e)
}

func (m *Maker) stack(message string) string {
	var b strings.Builder
	b.WriteString("tickets.UpstreamError: " + message + "\n")
	for range 10 + m.IntN(30) {
		fmt.Fprintf(&b, "\tat com.tickets.%s.%s.%s(%s.java:%d)\n", one(&m.dice, "flow", "wire", "retry"), one(&m.dice, "Step", "Call", "Guard"), one(&m.dice, "run", "accept", "lambda$apply$0"), one(&m.dice, "Step", "Call", "Guard"), m.IntN(900))
	}
	return b.String()
}
