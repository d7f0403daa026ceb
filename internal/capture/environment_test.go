package capture

import (
	"net"
	"slices"
	"strings"
	"testing"
)

func TestACommandIsToldWhereToSendAndNothingElseDivertsIt(t *testing.T) {
	port := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4317}
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317"
	for name, c := range map[string]struct {
		env      []string
		address  net.Addr
		protocol string
		want     []string
	}{
		"nothing is set":          {nil, port, "", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", endpoint}},
		"a protocol is set":       {[]string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, port, "", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", endpoint}},
		"one for traces":          {[]string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc"}, port, "", []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", endpoint}},
		"a protocol is asked for": {[]string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc"}, port, "http/json", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=http/json", endpoint}},
		"traces go elsewhere":     {[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://x", "OTEL_EXPORTER_OTLP_ENDPOINT=https://y", "OTEL_EXPORTER_OTLP_HEADERS=key=1", "OTEL_EXPORTER_OTLP_CERTIFICATE=z"}, port, "grpc", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", endpoint}},
		"metrics go elsewhere":    {[]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://x"}, port, "grpc", []string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://x", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", endpoint}},
		"a proxy":                 {[]string{"HTTP_PROXY=http://p", "NO_PROXY=corp"}, port, "grpc", []string{"HTTP_PROXY=http://p", "NO_PROXY=corp", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "no_proxy=127.0.0.1,localhost,::1", "NO_PROXY=corp,127.0.0.1,localhost,::1", endpoint}},
		"every address of IPv6":   {nil, &net.TCPAddr{IP: net.IPv6unspecified, Port: 4317}, "grpc", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", endpoint}},
		"every address":           {nil, &net.TCPAddr{IP: net.IPv4zero, Port: 4317}, "grpc", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", endpoint}},
	} {
		before := slices.Clone(c.env)
		if got := Environment(c.env, c.address, c.protocol); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if !slices.Equal(before, c.env) {
			t.Errorf("%s: the environment that was given is %q now", name, c.env)
		}
	}
}

func TestWhatKeepsAProgramFromSendingIsNamed(t *testing.T) {
	env := []string{"OTEL_SDK_DISABLED=True", "OTEL_TRACES_EXPORTER=console", "OTEL_TRACES_SAMPLER=always_off", "OTEL_METRICS_EXPORTER=none"}
	if got := strings.Join(Silenced(env), " "); got != "OTEL_SDK_DISABLED=True OTEL_TRACES_EXPORTER=console OTEL_TRACES_SAMPLER=always_off" {
		t.Errorf("named are %s", got)
	}
	if got := Silenced([]string{"OTEL_SDK_DISABLED=false", "OTEL_TRACES_EXPORTER=console,otlp", "OTEL_TRACES_SAMPLER=always_on"}); got != nil {
		t.Errorf("named are %q", got)
	}
}
