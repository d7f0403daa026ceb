package budget

import (
	"net/netip"
	"strings"

	"github.com/longpole/longpole/trace"
)

// Where the name of the remote side may stand, the most telling first.
var (
	peerNames    = []string{"peer.service", "service.peer.name"}
	peerHosts    = []string{"server.address", "net.peer.name", "peer.hostname", "net.sock.peer.name", "http.host", "peer.address", "http.remote"}
	peerURLs     = []string{"url.full", "http.url"}
	dbSystems    = []string{"db.system.name", "db.system", "db.type"}
	dbNames      = []string{"db.namespace", "db.name", "db.instance"}
	destinations = []string{"messaging.destination.name", "messaging.destination", "message_bus.destination"}
	buckets      = []string{"aws.s3.bucket", "aws.bucket.name"}
	callees      = []string{"gen_ai.provider.name", "gen_ai.system", "faas.invoked_name"}
	clusters     = []string{"upstream_cluster.name", "upstream_cluster"}
)

// peerOf names the remote side of sig: the name that was given to it, else its host, else what
// its category is known by (a database, a topic, a bucket). A bare address is the last resort,
// and a broker's host says less than the topic. Work of the process itself has no remote side.
func peerOf(sig *trace.Signature, c Category, remote bool) string {
	if !remote && (c == App || c == Proxy || c == Render || c == Browser || c == ColdStart) {
		return ""
	}
	if v, ok := sig.First(peerNames...); ok {
		return v
	}
	known, host := knownBy(sig, c), hostOf(sig)
	if host == "" || (known != "" && (c == Messaging || c == Queue || isAddress(host))) {
		return known
	}
	return host
}

// knownBy returns what a remote side of category c is called where its host does not count.
func knownBy(sig *trace.Signature, c Category) string {
	switch c {
	case Cache, DB:
		return storeName(sig)
	case Messaging, Queue:
		return Fold(value(sig, destinations))
	case Storage:
		return value(sig, buckets)
	}
	if v := value(sig, callees); v != "" {
		return v
	}
	if v := value(sig, clusters); v != "" {
		return clusterHost(v)
	}
	service, _ := rpcOf(sig)
	return service
}

// storeName returns "postgresql/shop".
func storeName(sig *trace.Signature) string {
	return joinNonEmpty("/", value(sig, dbSystems), value(sig, dbNames))
}

func hostOf(sig *trace.Signature) string {
	if h := value(sig, peerHosts); h != "" {
		return withoutPort(h)
	}
	return withoutPort(string(urlOf([]byte(value(sig, peerURLs))).host))
}

// withoutPort takes the port off a host name; the port of an address stays, being all that
// tells one service on it from another.
func withoutPort(host string) string {
	name, _, found := strings.Cut(host, ":")
	if !found || isAddress(host) || strings.Contains(host, "::") {
		return host
	}
	return name
}

// isAddress reports whether host names a machine or nothing at all, but no service.
func isAddress(host string) bool {
	if host == "localhost" {
		return true
	}
	if _, err := netip.ParseAddrPort(host); err == nil {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// clusterHost returns the host that Envoy's name of a cluster ends with: outbound|9080||cart.shop.svc
func clusterHost(cluster string) string {
	i := strings.LastIndexByte(cluster, '|')
	return cluster[i+1:]
}

// value returns the first of keys that has something to say.
func value(sig *trace.Signature, keys []string) string {
	for _, k := range keys {
		if v, ok := sig.Attr(k); ok && v != "" && v != "-" {
			return v
		}
	}
	return ""
}
