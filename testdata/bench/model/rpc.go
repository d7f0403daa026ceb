package model

import "strings"

func (m *Maker) describeRPC(s *Span, endpoint, caller string) {
	service, method, _ := strings.Cut(endpoint, "/")
	s.Name, s.Scope = endpoint, overGRPC
	s.Attrs = Attrs{
		{"rpc.system", "grpc"}, {"rpc.service", service}, {"rpc.method", method}, {"rpc.grpc.status_code", m.code()},
		{"server.address", s.Pod.service.host()}, {"server.port", int64(9090)}, {"network.peer.address", caller}, {"network.peer.port", m.port()},
		{"network.transport", "tcp"}, {"network.type", "ipv4"},
	}
}

func (m *Maker) describeRPCCall(c, s *Span) {
	c.Name, c.Scope = s.Name, overGRPC
	c.Attrs = append(Attrs{}, s.Attrs[:4]...)
	c.Attrs = append(c.Attrs, Attrs{
		{"server.address", s.Pod.service.host()}, {"server.port", int64(9090)},
		{"network.peer.address", s.Pod.ip}, {"network.peer.port", int64(9090)}, {"network.transport", "tcp"},
	}...)
}

// code is a gRPC status, OK for nearly all.
func (m *Maker) code() int64 {
	if m.in(120) {
		return one[int64](&m.dice, 2, 4, 8, 14)
	}
	return 0
}
