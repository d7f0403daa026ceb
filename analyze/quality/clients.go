package quality

import "github.com/longpole/longpole/analyze/attribute"

// A Client is who asks: a program on one machine.
type Client struct{ Service, Host string }

// An OnlyClient is the client that all traces begin at, if there is but one: a load generator, as a rule.
type OnlyClient struct {
	Client
	Traces int // 0 where there are several, or nothing tells
}

// fewestAsked is how many traces of one client are no coincidence.
const fewestAsked = 20

// addClients counts by whom services are asked. A trace that begins in a service was asked by nobody
// who is known; one that reaches none was not asked.
func (s *Survey) addClients(r *attribute.Reading) {
	for _, root := range r.Trace.Roots {
		entry, sig := r.EntryOf(root), r.Trace.Spans[root].Sig
		switch {
		case entry != root:
			s.clients[Client{sig.Service, sig.Host}]++
		case r.IsEntry(root):
			s.clients[Client{}]++
		}
	}
}

// onlyClient returns the one of which the machine is known too: a browser is on as many as it has users.
func (s *Survey) onlyClient() OnlyClient {
	if len(s.clients) != 1 {
		return OnlyClient{}
	}
	for c, n := range s.clients {
		if c.Host != "" && n >= fewestAsked {
			return OnlyClient{c, n}
		}
	}
	return OnlyClient{}
}
