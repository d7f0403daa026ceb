// Package spanstore keeps drafted spans in little memory and gives them back as traces.
//
// It takes drafts, one after the other, of which it keeps a row of 48 bytes and ids of what
// repeats (Shard, Interner); beyond a limit of memory rows go to a temporary file (Memory). It
// gives the spans of all shards trace by trace (Join, Spans), or a trace at once that is known
// to be complete (Sink). It must never know files, formats or how a span was written.
package spanstore
