package model

import "time"

// Time passes as work is done: whatever does some takes the time at which it begins and
// returns the time at which it is done.
//
//	serve      |--- think --[step]- think -[step]--- think ---|
//	step                      one of: call, query, lookup, compute, publish
//
// left is how many spans may still be made; all of them are.

// serve is a process that answers a request.
func (m *Maker) serve(client *Span, name string, at int64, left int) *Span {
	s := m.open(client, one(&m.dice, m.running[name]...), Server, at)
	m.describeServer(s, client)
	s.End = m.work(s, at, left)
	m.fail(s)
	return s
}

// work takes steps until none is left to take.
func (m *Maker) work(in *Span, at int64, left int) int64 {
	at += int64(m.about(300*time.Microsecond, 0.8))
	for left > 0 {
		before := len(m.spans)
		at = m.steps(in, at, left)
		left -= len(m.spans) - before
		at += int64(m.about(150*time.Microsecond, 1))
	}
	return at
}

// steps takes a step, or the same kind of step several times: in turn, as a loop of queries
// does, or all at once.
func (m *Maker) steps(in *Span, at int64, left int) int64 {
	step, times, together := m.choose(in.Pod.service, left), 1, false
	if m.in(10) {
		times, together = 2+m.IntN(6), m.in(2)
	}
	end := at
	for i := range times {
		if i > 0 && left < 2 {
			break
		}
		before := len(m.spans)
		done := step(in, at, left)
		if end = max(end, done); !together {
			at = end + int64(m.about(60*time.Microsecond, 0.5))
		}
		left -= len(m.spans) - before
	}
	return end
}

// A step makes at least one span and at most left.
type step func(in *Span, at int64, left int) int64

func (m *Maker) choose(s *service, left int) step {
	chance := m.IntN(100)
	switch {
	case len(s.calls) > 0 && left >= 2 && (chance < 45 || s.name == "storefront" && chance < 85):
		return m.call
	case s.publishes && left >= 2 && chance < 53:
		return m.publish
	case s.store != "" && chance < 80:
		return m.query
	case s.cached && chance < 90:
		return m.lookup
	}
	return m.compute
}

// call asks another service: the client's span, the server's, and what the server does.
func (m *Maker) call(in *Span, at int64, left int) int64 {
	c := m.open(in, in.Pod, Client, at)
	wire := int64(m.about(220*time.Microsecond, 0.5))
	below := min(left-2, m.IntN(2+left/2))
	s := m.serve(c, one(&m.dice, in.Pod.service.calls...), at+wire, below)
	m.describeClient(c, s)
	c.End = s.End + wire
	return c.End
}

// query asks the service's database.
func (m *Maker) query(in *Span, at int64, _ int) int64 {
	s := m.open(in, in.Pod, Client, at)
	m.describeQuery(s)
	s.End = at + int64(m.about(1800*time.Microsecond, 0.9))
	return s.End
}

// lookup asks the service's cache.
func (m *Maker) lookup(in *Span, at int64, _ int) int64 {
	s := m.open(in, in.Pod, Client, at)
	m.describeLookup(s)
	s.End = at + int64(m.about(400*time.Microsecond, 0.6))
	return s.End
}

// compute is a part of the work that someone gave a span of its own.
func (m *Maker) compute(in *Span, at int64, left int) int64 {
	s := m.open(in, in.Pod, Internal, at)
	m.describeInternal(s)
	if m.in(4) {
		s.End = m.work(s, at, m.IntN(min(left, 5)))
		return s.End
	}
	s.End = at + int64(m.about(700*time.Microsecond, 1))
	m.logInto(s)
	return s.End
}

// publish sends a message. Nobody waits for what its consumer does.
func (m *Maker) publish(in *Span, at int64, left int) int64 {
	p := m.open(in, in.Pod, Producer, at)
	p.End = at + int64(m.about(1200*time.Microsecond, 0.5))
	arrives := p.End + int64(m.about(4*time.Millisecond, 1))
	c := m.open(p, one(&m.dice, m.running[worker]...), Consumer, arrives)
	m.describeMessage(p, c)
	c.End = m.work(c, arrives, m.IntN(min(left-1, 6)))
	return p.End
}
