package category

import (
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// peerOf names the remote side of sig: the name that was given to it, else its host, else what
// its category is known by (a database, a topic, a bucket). A bare address is the last resort,
// and a broker's host says less than the topic. Work of the process itself has no remote side.
func peerOf(sig *trace.Signature, c Category, remote bool) string {
	if !remote && (c == App || c == Proxy || c == Render || c == Browser || c == ColdStart) {
		return ""
	}
	if v, ok := semconv.PeerName(sig); ok {
		return v
	}
	known, host := knownBy(sig, c), semconv.PeerHost(sig)
	if host == "" || (known != "" && (c == Messaging || c == Queue || semconv.IsAddress(host))) {
		return known
	}
	return host
}

// knownBy returns what a remote side of category c is called where its host does not count.
func knownBy(sig *trace.Signature, c Category) string {
	switch c {
	case Cache, DB:
		return semconv.StoreName(sig)
	case Messaging, Queue:
		return semconv.Destination(sig)
	case Storage:
		return semconv.Bucket(sig)
	}
	return semconv.Callee(sig)
}
