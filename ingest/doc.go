// Package ingest is the reading room: it turns files, folders, globs and streams of any
// supported trace export into spans grouped by trace id, with a ledger that accounts for
// every span it met. Formats are told apart by content, never by file name.
//
// It takes names and options and gives Spans: it finds and opens files, unpacks them, hands
// chunks of large ones to several decoders, and joins what they read. What it hands on is as it
// was exported, except that times become nanoseconds, ids become numbers, and what a span is
// becomes an interned signature. Nothing it reads can make it recurse, and memory grows with
// the spans that are kept, not with the size of a file. It must never assemble, repair or judge
// traces, nor know how any format is written: its rooms do.
//
//	jsontext    walks JSON
//	compress    takes compression off
//	decode      makes spans of text; a folder for each family of formats
//	spanstore   keeps spans in little memory and gives them back as traces
package ingest
