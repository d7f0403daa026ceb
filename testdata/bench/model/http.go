package model

import (
	"fmt"
	"strings"
)

// describeServer says what a server's instrumentation knows of a request.
func (m *Maker) describeServer(s *Span, client *Span) {
	endpoint := one(&m.dice, s.Pod.service.endpoints...)
	caller := m.ip()
	if client != nil {
		caller = client.Pod.ip
	}
	switch {
	case s.Pod.service.grpc:
		m.describeRPC(s, endpoint, caller)
	case s.Pod.service.old:
		m.describeOldHTTP(s, endpoint, caller)
	default:
		m.describeHTTP(s, endpoint, caller)
	}
	m.describeThread(s)
	m.describeBusiness(s, m.IntN(4))
}

func (m *Maker) describeHTTP(s *Span, endpoint, caller string) {
	method, route, _ := strings.Cut(endpoint, " ")
	s.Name, s.Scope = endpoint, overHTTP
	s.Attrs = Attrs{
		{"http.request.method", method}, {"url.scheme", "https"}, {"url.path", m.path(route)}, {"http.route", route},
		{"http.response.status_code", m.status()}, {"server.address", s.Pod.service.host()}, {"server.port", int64(8080)},
		{"client.address", m.ip()}, {"network.peer.address", caller}, {"network.peer.port", m.port()},
		{"network.protocol.version", "1.1"}, {"user_agent.original", m.browser()},
	}
	if m.in(3) {
		s.Attrs = append(s.Attrs, Attr{"url.query", m.parameters()})
	}
}

// describeOldHTTP is describeHTTP with the names of before 1.23.
func (m *Maker) describeOldHTTP(s *Span, endpoint, caller string) {
	method, route, _ := strings.Cut(endpoint, " ")
	s.Name, s.Scope = endpoint, overHTTP
	s.Attrs = Attrs{
		{"http.method", method}, {"http.scheme", "http"}, {"http.target", m.path(route) + "?" + m.parameters()}, {"http.route", route},
		{"http.status_code", m.status()}, {"http.flavor", "1.1"}, {"http.user_agent", m.browser()},
		{"net.host.name", s.Pod.service.name}, {"net.host.port", int64(8080)}, {"net.sock.peer.addr", caller}, {"net.sock.peer.port", m.port()},
	}
}

// describeClient says what a client's instrumentation knows of the call that s answers.
func (m *Maker) describeClient(c, s *Span) {
	switch {
	case s.Pod.service.grpc:
		m.describeRPCCall(c, s)
	case c.Pod.service.old:
		m.describeOldHTTPCall(c, s)
	default:
		m.describeHTTPCall(c, s)
	}
	c.Failed = s.Failed
	m.describeBusiness(c, m.IntN(2))
}

func (m *Maker) describeHTTPCall(c, s *Span) {
	method, path, status := answered(s)
	c.Name, c.Scope = method, overHTTP
	c.Attrs = Attrs{
		{"http.request.method", method}, {"url.full", "http://" + s.Pod.service.host() + ":8080" + path},
		{"server.address", s.Pod.service.host()}, {"server.port", int64(8080)}, {"http.response.status_code", status},
		{"network.protocol.version", "1.1"}, {"network.peer.address", s.Pod.ip}, {"network.peer.port", int64(8080)}, {"peer.service", s.Pod.Service},
	}
	if status >= 400 {
		c.Attrs = append(c.Attrs, Attr{"error.type", fmt.Sprint(status)})
	}
}

func (m *Maker) describeOldHTTPCall(c, s *Span) {
	method, path, status := answered(s)
	c.Name, c.Scope = method, overHTTP
	c.Attrs = Attrs{
		{"http.method", method}, {"http.url", "http://" + s.Pod.service.host() + ":8080" + path}, {"http.status_code", status},
		{"http.flavor", "1.1"}, {"net.peer.name", s.Pod.service.host()}, {"net.peer.port", int64(8080)}, {"peer.service", s.Pod.Service},
		{"http.response_content_length", int64(m.IntN(60000))},
	}
}

// answered returns what the server noted of the request, by either conventions.
func answered(s *Span) (method, path string, status int64) {
	for _, a := range s.Attrs {
		switch a.Key {
		case "http.request.method", "http.method":
			method = a.Value.(string)
		case "url.path", "http.target":
			path = a.Value.(string)
		case "url.query":
			path += "?" + a.Value.(string)
		case "http.response.status_code", "http.status_code":
			status = a.Value.(int64)
		}
	}
	return method, path, status
}

// path fills in a route's parameters.
func (m *Maker) path(route string) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, ":") && !strings.HasPrefix(part, "{") {
			continue
		}
		parts[i] = one(&m.dice, m.uuid(), fmt.Sprint(m.IntN(9_000_000)), strings.ReplaceAll(m.word(), " ", "-"))
	}
	return strings.Join(parts, "/")
}

func (m *Maker) parameters() string {
	if m.in(2) {
		return fmt.Sprintf("page=%d&size=%d&currency=%s", m.IntN(30), 10+10*m.IntN(5), one(&m.dice, "EUR", "CHF", "PLN"))
	}
	return "q=" + strings.ReplaceAll(m.word(), " ", "+") + "&near=" + strings.ReplaceAll(m.word(), " ", "+") + "&from=2026-12-01&sort=date%2Cprice&session=" + m.hex(20)
}

func (m *Maker) status() int64 {
	switch chance := m.IntN(1000); {
	case chance < 955:
		return 200
	case chance < 970:
		return 204
	case chance < 988:
		return one[int64](&m.dice, 400, 404, 409)
	}
	return one[int64](&m.dice, 500, 503)
}

func (m *Maker) browser() string {
	return one(&m.dice,
		"Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
		"Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
		"axios/1.12.2", "Go-http-client/2.0", "Apache-HttpClient/5.5 (Java/21.0.8)", "python-httpx/0.28.1")
}
