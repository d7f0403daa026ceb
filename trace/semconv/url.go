package semconv

import "bytes"

// A url is a URL without query and credentials, as far as it is written: older instrumentation
// leaves the scheme out, "payment:8081/charge", or the host too.
type url struct{ scheme, host, path []byte }

// pathEnds are the bytes that end what of a URL is kept.
var pathEnds = byteSet("?#")

func urlOf(text []byte) (u url) {
	if end := indexIn(text, &pathEnds); end >= 0 {
		text = text[:end]
	}
	scheme, rest, found := bytes.Cut(text, []byte("://"))
	if found {
		u.scheme = scheme
	} else {
		rest = text
	}
	u.host = rest
	if at := bytes.IndexByte(rest, '/'); at >= 0 {
		u.host, u.path = rest[:at], rest[at:]
	}
	u.host = u.host[bytes.LastIndexByte(u.host, '@')+1:]
	return u
}

// appendOrigin appends scheme and host; a scheme without a host says nothing.
func (u url) appendOrigin(dst []byte) []byte {
	if len(u.scheme) > 0 && len(u.host) > 0 {
		dst = append(append(dst, u.scheme...), "://"...)
	}
	return append(dst, u.host...)
}

// target returns the path that is asked for.
func (u url) target() []byte {
	if len(u.path) == 0 {
		return []byte("/")
	}
	return u.path
}
