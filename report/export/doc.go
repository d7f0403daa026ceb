// Package export writes traces in the formats of other tools, with the messages that those
// tools define where they can be imported. It writes what a span keeps here: ids, times, kind,
// name, status, links, and the names of events and attributes with their values as text. What
// a format has no place for is left out, and Format.Lost counts it.
//
// It takes traces as they were read and gives them in the format of another tool. It must never
// repair or order anything, nor know what an analysis makes of them.
package export
