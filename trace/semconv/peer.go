package semconv

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/longpole/longpole/trace"
)

// PeerName returns the name that was given to the remote side.
func PeerName(sig *trace.Signature) (name string, ok bool) { return sig.First(peerNames...) }

// StoreName returns what a database is known by, "postgresql/shop"; one that is called through its
// vendor's API by that one's name for it.
func StoreName(sig *trace.Signature) string {
	if name := joinNonEmpty("/", value(sig, dbSystems), value(sig, dbNames)); name != "" {
		return name
	}
	if has(sig, dynamoTables) {
		return "dynamodb"
	}
	return Callee(sig)
}

// Destination returns the name of a topic or a queue, folded.
func Destination(sig *trace.Signature) string { return Fold(value(sig, destinations)) }

// Bucket returns the name of a bucket of a store of objects.
func Bucket(sig *trace.Signature) string { return value(sig, buckets) }

// Callee returns what a call that is none of these names: a model, a function, the cluster that a
// proxy passes it to, the service of its RPC.
func Callee(sig *trace.Signature) string {
	if v := value(sig, callees); v != "" {
		return v
	}
	if v := value(sig, clusters); v != "" {
		return clusterHost(v)
	}
	service, _ := rpcOf(sig)
	return service
}

// Upstream returns whom a proxy says that it passes a request on to.
func Upstream(sig *trace.Signature) string { return clusterHost(value(sig, clusters)) }

// Question returns the name that a lookup asks for.
func Question(sig *trace.Signature) string { return value(sig, questions) }

// NamesPeer reports whether the span says on which host or in which service its remote side is.
func NamesPeer(sig *trace.Signature) bool { return has(sig, peerNames) || PeerHost(sig) != "" }

// embedded are databases that run in the process that asks them.
var embedded = []string{"sqlite", "h2", "h2database", "hsqldb", "derby", "duckdb", "rocksdb", "leveldb", "badger", "bolt", "bbolt"}

// AsksServer reports whether the span names a database that is a server.
func AsksServer(sig *trace.Signature) bool {
	system := value(sig, dbSystems)
	return system != "" && !slices.Contains(embedded, system)
}

// PeerHost returns the host of the remote side, from its name or from a URL.
func PeerHost(sig *trace.Signature) string {
	if h := value(sig, peerHosts); h != "" {
		return withoutPort(h)
	}
	return withoutPort(string(urlOf([]byte(value(sig, peerURLs))).host))
}

// withoutPort takes the port off a host name; the port of an address stays, being all that
// tells one service on it from another.
func withoutPort(host string) string {
	name, _, found := strings.Cut(host, ":")
	if !found || IsAddress(host) || strings.Contains(host, "::") {
		return host
	}
	return name
}

// IsAddress reports whether host names a machine or nothing at all, but no service.
func IsAddress(host string) bool {
	if host == "localhost" {
		return true
	}
	if _, err := netip.ParseAddrPort(host); err == nil {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// insides are the top levels of names that mean something only inside of a cluster or a network of one's own.
var insides = []string{"svc", "local", "internal", "cluster", "consul", "lan", "intranet", "test", "localdomain"}

// IsInside reports whether the hosts of a domain are not those of the public internet.
func IsInside(domain string) bool {
	return slices.Contains(insides, domain[strings.LastIndexByte(domain, '.')+1:])
}

// clusterHost returns the host that Envoy's name of a cluster ends with: outbound|9080||cart.shop.svc
func clusterHost(cluster string) string {
	i := strings.LastIndexByte(cluster, '|')
	return cluster[i+1:]
}
