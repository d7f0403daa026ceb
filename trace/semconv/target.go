package semconv

import (
	"encoding/binary"
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

// Part returns what of a value is compared, as it stands: of a URL its path, for attempts may be
// counted in the query.
func (t Target) Part(value []byte) []byte {
	if t == URLPath {
		return urlOf(value).target()
	}
	return value
}

// Hash returns a number for what a call is about; equal for equal values, never 0, the same in every run.
func (t Target) Hash(value []byte) uint64 {
	const prime = 0x9E3779B97F4A7C15
	part := t.Part(value)
	h := uint64(len(part)) + uint64(t)<<56
	for ; len(part) >= 8; part = part[8:] {
		h = (h ^ binary.LittleEndian.Uint64(part)) * prime
		h ^= h >> 29
	}
	for _, b := range part {
		h = (h ^ uint64(b)) * prime
		h ^= h >> 29
	}
	return max(1, h)
}
