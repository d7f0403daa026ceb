package semconv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// What a call is about, the most telling first: a statement or a key, else the path of a URL, else an
// object, a file or a destination.
var (
	keysAsked = []string{"cache.key", "db.redis.key", "redis.key", "memcached.key", "jdbc.query[0]", "redis.command"}
	objects   = []string{
		"aws.s3.key", "s3.key", "gcp.storage.object.name", "azure.blob.name", "file.path", "file.name",
		"aws.dynamodb.table_names", "faas.invoked_name",
	}
)

// A Target is how much an attribute says of what a call is about. Attempts at one call have the
// same one.
type Target uint8

// The targets, the most telling first.
const (
	NoTarget Target = iota
	Statement
	URLPath
	Object
)

// TargetOf returns how much the attribute says of what a call is about.
func TargetOf(key string) Target {
	switch {
	case slices.Contains(statements, key), slices.Contains(keysAsked, key):
		return Statement
	case slices.Contains(paths, key):
		return URLPath
	case slices.Contains(objects, key), slices.Contains(destinations, key):
		return Object
	}
	return NoTarget
}

// TargetKeys lists the attributes that say what a call is about.
func TargetKeys() []string { return slices.Concat(statements, keysAsked, paths, objects, destinations) }

// Hash returns a number for what of a value is compared, as it stands: of a URL the path, for attempts
// may be counted in its query. It is never 0, and the same in every run.
func (t Target) Hash(value []byte) uint64 {
	if t == URLPath {
		value = rawPath(value)
	}
	h := uint64(len(value)) + uint64(t)<<56
	for ; len(value) >= 16; value = value[16:] {
		h = mixed(h^binary.LittleEndian.Uint64(value), binary.LittleEndian.Uint64(value[8:]))
	}
	var last [16]byte
	copy(last[:], value)
	return max(1, mixed(h^binary.LittleEndian.Uint64(last[:]), binary.LittleEndian.Uint64(last[8:])))
}

// mixed folds the product of two numbers. The constants keep a zero from making it zero.
func mixed(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9E3779B97F4A7C15, b^0xC2B2AE3D27D4EB4F)
	return hi ^ lo
}

// rawPath is target of urlOf for every span that is read, which looks at nothing else.
func rawPath(value []byte) []byte {
	if end := bytes.IndexByte(value, '?'); end >= 0 {
		value = value[:end]
	}
	if len(value) > 0 && value[0] == '/' {
		return value
	}
	if at := bytes.IndexByte(value, ':'); at >= 0 && bytes.HasPrefix(value[at:], []byte("://")) {
		value = value[at+3:]
	}
	if at := bytes.IndexByte(value, '/'); at >= 0 {
		return value[at:]
	}
	return []byte("/")
}
