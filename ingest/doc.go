// Package ingest is the reading room: it turns files, folders, globs and streams of any
// supported trace export into spans grouped by trace id, with a ledger that accounts for
// every span it met. Formats are told apart by content, never by file name.
//
// It does not assemble, repair or judge traces: what was exported is handed on as it was
// exported, except that times become nanoseconds, ids become numbers, and what a span is
// becomes an interned signature. Nothing it reads can make it recurse, and memory grows
// with the spans that are kept, not with the size of a file.
package ingest
