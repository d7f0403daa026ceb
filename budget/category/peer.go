package category

import (
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// peerOf names the remote side of sig: the name that was given to it, else its host, else what
// its category is known by (a database, a topic, a bucket). A bare address is the last resort,
// and a broker's host says less than the topic. Work of the process itself has no remote side.
func peerOf(sig *trace.Signature, c Category, isRemote bool) string {
	of := c.of()
	if !isRemote && of.side == local {
		return ""
	}
	if v, ok := semconv.PeerName(sig); ok {
		return v
	}
	known, host := of.knownBy(sig), semconv.PeerHost(sig)
	if host == "" || (known != "" && (of.byTopic || semconv.IsAddress(host))) {
		return known
	}
	return host
}

// knownBy returns what a remote side is called where its host does not count.
func (d *Doc) knownBy(sig *trace.Signature) string {
	if d.called != nil {
		return d.called(sig)
	}
	return semconv.Callee(sig)
}
