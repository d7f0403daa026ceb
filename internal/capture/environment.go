package capture

import (
	"net"
	"slices"
	"strings"
)

// Protocols are how OTLP may be sent, by the names that OTEL_EXPORTER_OTLP_PROTOCOL has for them; the
// first is what OpenTelemetry recommends.
var Protocols = []string{"http/protobuf", "grpc", "http/json"}

// diverting are variables that would have traces sent elsewhere, or otherwise than to a plain port.
var diverting = []string{"ENDPOINT", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY", "HEADERS", "INSECURE"}

const otlp = "OTEL_EXPORTER_OTLP_"

// Environment returns env with what lets a program send its traces to address by protocol; by none in
// particular if that is empty: then what env says of it holds.
func Environment(env []string, address net.Addr, protocol string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		name, ok := strings.CutPrefix(name, otlp)
		name = strings.TrimPrefix(name, "TRACES_")
		return ok && (slices.Contains(diverting, name) || protocol != "" && name == "PROTOCOL")
	})
	if protocol == "" && !has(env, otlp+"PROTOCOL") {
		protocol = Protocols[0]
	}
	if protocol != "" {
		env = append(env, otlp+"PROTOCOL="+protocol)
	}
	return append(withoutProxy(env), otlp+"ENDPOINT=http://"+reachable(address))
}

func has(env []string, name string) bool {
	return slices.ContainsFunc(env, func(pair string) bool { return strings.HasPrefix(pair, name+"=") && len(pair) > len(name)+1 })
}

// reachable spells an address as a program on this machine reaches it.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	_, port, _ := net.SplitHostPort(a.String())
	return net.JoinHostPort("127.0.0.1", port)
}

// withoutProxy keeps requests to this machine from a proxy, which several clients would ask even for these.
func withoutProxy(env []string) []string {
	for _, name := range []string{"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "grpc_proxy", "https_proxy", "HTTPS_PROXY"} {
		if !has(env, name) {
			continue
		}
		for _, except := range []string{"no_proxy", "NO_PROXY"} {
			env = append(env, except+"="+strings.TrimPrefix(lookup(env, except)+",127.0.0.1,localhost,::1", ","))
		}
		return env
	}
	return env
}

func lookup(env []string, name string) (value string) {
	for _, pair := range env {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			value = v
		}
	}
	return value
}

// Silenced names variables of env with which a program sends no traces by OTLP.
func Silenced(env []string) (names []string) {
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		if name == "OTEL_SDK_DISABLED" && strings.EqualFold(value, "true") ||
			name == "OTEL_TRACES_EXPORTER" && value != "" && !strings.Contains(value, "otlp") ||
			name == "OTEL_TRACES_SAMPLER" && strings.HasSuffix(value, "always_off") {
			names = append(names, pair)
		}
	}
	return names
}
