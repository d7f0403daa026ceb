package decodetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/trace"
)

// spelled is a text that may be none.
func spelled(text string) string {
	if text == "" {
		return ""
	}
	return errtext.Printable(text)
}

// Line spells a span with everything that is kept of it.
func Line(s *trace.Span) string {
	g := s.Sig
	line := fmt.Sprintf("%s %s<%s %d+%s %s@%s[%s] %s %q", s.Trace, s.ID, s.Parent, s.Start, s.Duration(), spelled(g.Service), spelled(g.Host), spelled(g.Scope), g.Kind, g.Name)
	for _, f := range []struct {
		bit  trace.Flags
		name string
	}{{trace.Failed, "failed"}, {trace.FollowsFrom, "follows"}, {trace.Shared, "shared"}, {trace.Unfinished, "unfinished"}} {
		if s.Flags.Has(f.bit) {
			line += " " + f.name
		}
	}
	if s.Flags.Has(trace.Sampled) {
		line += fmt.Sprintf(" th=%x", s.Threshold)
	}
	for _, a := range g.Attrs {
		line += fmt.Sprintf(" %s=%q", spelled(a.Key), a.Value)
	}
	for _, a := range g.Resource {
		line += fmt.Sprintf(" %%%s=%q", spelled(a.Key), a.Value)
	}
	for _, e := range s.Events() {
		line += fmt.Sprintf(" *%s@%d", spelled(e.Name), e.At-s.Start)
	}
	for _, l := range s.Links() {
		line += fmt.Sprintf(" ->%s/%s", l.Trace, l.Span)
	}
	return line
}

// Findings spells the findings of a ledger: "2 bad-time, 1 cut-at-end".
func Findings(l *trace.Ledger) string {
	var parts []string
	for _, f := range l.Findings() {
		parts = append(parts, fmt.Sprintf("%d %s", f.Count, f.Code.ID))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// New returns a decoder of text into a shard of its own.
func New(keep spanstore.Options, o decode.Options, text string) *decode.Decoder {
	keep.Spell = decode.Spell
	d := decode.New(spanstore.NewShard(keep, spanstore.NewMemory(0, 1), nil), "test", o)
	d.Window = jsontext.Over([]byte(text), 0)
	return d
}

// Result spells what a decoder has read. It is of no use then.
func Result(d *decode.Decoder) (spans, findings string) {
	var l trace.Ledger
	d.Finish(&l)
	for list := range spanstore.Join([]*spanstore.Shard{d.Shard}, spanstore.NewMemory(0, 1), nil).Traces() {
		for i := range list {
			spans += Line(&list[i]) + "\n"
		}
	}
	return spans, Findings(&l)
}

// Read spells what text says in a format, on the fast path or without it.
func Read(f decode.Format, keep spanstore.Options, tolerant bool, text string) (spans, findings string) {
	d := New(keep, decode.Options{Formats: []decode.Format{f}, Tolerant: tolerant}, text)
	if f.Stream != nil {
		d.Binary, d.Window.Binary = true, true
		f.Stream(d)
	} else {
		d.Values(&f)
	}
	return Result(d)
}

// FormByLetter gives keys a form by how they begin.
func FormByLetter(key string) spanstore.Form {
	switch {
	case strings.HasPrefix(key, "present"):
		return func(dst, _ []byte) []byte { return dst }
	case strings.HasPrefix(key, "shaped"):
		return func(dst, value []byte) []byte { return append(dst, bytes.Trim(value, "0123456789")...) }
	}
	return nil
}

// SameOnBothPaths fails the test if a text does not say the same with and without the fast path.
func SameOnBothPaths(t testing.TB, f decode.Format, keep spanstore.Options, text string) {
	t.Helper()
	spans, findings := Read(f, keep, false, text)
	tolerantSpans, tolerantFindings := Read(f, keep, true, text)
	Want(t, "spans on the fast path", spans, tolerantSpans)
	Want(t, "findings on the fast path", findings, tolerantFindings)
	if spans == "" && findings == "" {
		t.Errorf("nothing was read of %.200s", text)
	}
}

// Want fails the test if what was got is not what is wanted.
func Want(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}
