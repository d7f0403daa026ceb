// Package export writes traces in the formats of other tools. It writes what a span keeps here:
// ids, times, kind, name, status, links, event names and attributes; what a format has no
// place for is left out, and Format.Loses says so.
package export
