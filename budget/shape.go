package budget

import "slices"

// A Shape is what of an attribute's value can be asked for. Values that differ from span to
// span (statements, URLs, keys of a cache) would give every span a signature of its own; in
// their shape they do not.
type Shape uint8

// The shapes.
const (
	Dropped Shape = iota // nobody asks for the attribute
	Whole                // the value as it stands
	Present              // only that it is there
	Folded               // a name, by Fold
	Path                 // the folded path of a URL or of a request target
	Address              // a URL's scheme, host and folded path
	Query                // a statement's verb and first table: "SELECT FROM orders"
)

// Shape returns the shape in which the attribute is asked for.
func (r *Rules) Shape(key string) Shape { return r.keys[key] }

// Of returns value in shape s. Shaping again changes nothing.
func (s Shape) Of(value string) string { return string(s.Append(nil, []byte(value))) }

// Append appends what Of makes of value.
func (s Shape) Append(dst, value []byte) []byte {
	switch s {
	case Dropped, Present:
		return dst
	case Folded:
		return AppendFold(dst, value)
	case Path:
		return AppendFold(dst, urlOf(value).target())
	case Address:
		u := urlOf(value)
		return AppendFold(u.appendOrigin(dst), u.path)
	case Query:
		verb, table := verbAndTable(value)
		if dst = append(dst, verb...); len(table) == 0 {
			return dst
		}
		return AppendFold(append(dst, " FROM "...), table)
	}
	return append(dst, value...)
}

// namingShapes says in which shape names and peers ask for attributes.
func namingShapes() map[string]Shape {
	shapes := map[string]Shape{}
	add := func(s Shape, lists ...[]string) {
		for _, key := range slices.Concat(lists...) {
			shapes[key] = s
		}
	}
	add(Whole, methods, routes, operations, peerNames, peerHosts, dbSystems, dbNames, buckets, callees, clusters)
	add(Whole, []string{"rpc.service", "rpc.method", "db.query.summary"}, tables)
	add(Folded, destinations)
	add(Path, paths)
	add(Address, peerURLs)
	add(Query, statements)
	return shapes
}
