package semconv

import "slices"

// A ValueForm is what of an attribute's value can be asked for. Values that differ from span to
// span (statements, URLs, keys of a cache) would give every span a signature of its own; in
// their form they do not.
type ValueForm uint8

// The forms.
const (
	Dropped ValueForm = iota // nobody asks for the attribute
	Whole                    // the value as it stands
	Present                  // only that it is there
	Folded                   // a name, by Fold
	Path                     // the folded path of a URL or of a request target
	Address                  // a URL's scheme, host and folded path
	Query                    // a statement's verb and first table: "SELECT FROM orders"
)

// Of returns value in form f. Doing it again changes nothing.
func (f ValueForm) Of(value string) string { return string(f.Append(nil, []byte(value))) }

// Append appends what Of makes of value.
func (f ValueForm) Append(dst, value []byte) []byte {
	switch f {
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

// NamingForms says in which form names and peers ask for attributes.
func NamingForms() map[string]ValueForm {
	forms := map[string]ValueForm{}
	add := func(f ValueForm, lists ...[]string) {
		for _, key := range slices.Concat(lists...) {
			forms[key] = f
		}
	}
	add(Whole, methods, routes, operations, peerNames, peerHosts, dbSystems, dbNames, buckets, callees, clusters, questions)
	add(Whole, []string{rpcService, rpcMethod, graphQLType}, summaries, tables)
	add(Whole, destinationTemplates)
	add(Folded, destinations, []string{graphQLName})
	add(Path, paths)
	add(Address, peerURLs)
	add(Query, statements)
	return forms
}
