package testkit

import (
	"hash/fnv"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/trace"
)

// Draw reads a drawing of a trace. Every line is a span; its indentation says whose child it
// is; one column of its bar is one millisecond. Words before and after the bar are its kind and
// attributes; "failed", "follows", "unfinished", "remote" and "local" (where the parent is) set the flags of these names, "in=SERVICE" and
// "host=HOST" name where it ran ("app" and no host unless told), "lost" leaves the span out,
// so that its children are orphans, "event:NAME=MS" is an event that many ms into the trace.
//
//	root             ==========
//	  call client     ======     peer.service=pay
//	    serve server   ====      in=pay
//
// The column where the first bar begins is time zero; a bar "|" has no length.
func Draw(t testing.TB, drawing string) []trace.Span {
	t.Helper()
	lines := drawnLines(drawing)
	if len(lines) == 0 {
		t.Fatal("the drawing holds no span")
	}
	zero := bar.FindStringSubmatchIndex(lines[0])
	if zero == nil {
		t.Fatalf("no bar in %q", lines[0])
	}
	var spans []trace.Span
	var open []level
	for i, line := range lines {
		s, words := drawnSpan(t, line, zero[2])
		s.ID = trace.SpanID(i + 1)
		depth := len(line) - len(strings.TrimLeft(line, " "))
		for len(open) > 0 && open[len(open)-1].depth >= depth {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			s.Parent = open[len(open)-1].id
		}
		open = append(open, level{depth, s.ID})
		if !words["lost"] {
			spans = append(spans, s)
		}
	}
	return spans
}

// DrawTrace assembles what is drawn.
func DrawTrace(t testing.TB, drawing string) *trace.Trace {
	t.Helper()
	return trace.Assemble(Draw(t, drawing), trace.Options{})
}

// Epoch is the instant of a drawing's first column.
const Epoch = trace.Time(1_700_000_000_000_000_000)

type level struct {
	depth int
	id    trace.SpanID
}

func drawnLines(drawing string) (lines []string) {
	for line := range strings.Lines(strings.ReplaceAll(drawing, "\t", "    ")) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

var bar = regexp.MustCompile(` (=+|\|)(?: |$)`)

func drawnSpan(t testing.TB, line string, zero int) (trace.Span, map[string]bool) {
	t.Helper()
	at := bar.FindStringSubmatchIndex(line)
	if at == nil {
		t.Fatalf("no bar in %q", line)
	}
	from, to := at[2], at[3]
	start := Epoch.Add(time.Duration(from-zero) * time.Millisecond)
	s := trace.Span{
		Trace: trace.ID{Lo: 1}, Start: start, End: start,
		Sig: &trace.Signature{Service: "app", Scope: "drawn"},
	}
	if line[from] == '=' {
		s.End = start.Add(time.Duration(to-from) * time.Millisecond)
	}
	words := append(strings.Fields(line[:from]), strings.Fields(line[to:])...)
	s.Sig.Name = strings.ReplaceAll(words[0], "_", " ")
	seen := map[string]bool{}
	for _, word := range words[1:] {
		seen[word] = true
		describe(t, &s, word)
	}
	s.Sig.Attrs = s.Sig.Attrs.Sort()
	return s, seen
}

var flagNames = map[string]trace.Flags{
	"failed": trace.Failed, "follows": trace.FollowsFrom, "unfinished": trace.Unfinished,
	"remote": trace.RemoteParent, "local": trace.LocalParent,
}

func describe(t testing.TB, s *trace.Span, word string) {
	t.Helper()
	key, value, isPair := strings.Cut(word, "=")
	event, isEvent := strings.CutPrefix(key, "event:")
	kind, isKind := trace.KindOf(word)
	switch {
	case isKind:
		s.Sig.Kind = kind
	case flagNames[word] != 0:
		s.Flags |= flagNames[word]
	case word == "lost":
	case !isPair:
		t.Fatalf("%q is neither a kind nor an attribute", word)
	case isEvent:
		at, err := time.ParseDuration(value + "ms")
		if err != nil {
			t.Fatal(err)
		}
		if s.More == nil {
			s.More = &trace.More{}
		}
		s.More.Events = append(s.More.Events, trace.Event{Name: event, At: Epoch.Add(at)})
	case key == "in":
		s.Sig.Service = value
	case key == "target":
		h := fnv.New64a()
		h.Write([]byte(value))
		s.Target = h.Sum64()
	case key == "scope":
		s.Sig.Scope = value
	case key == "host":
		s.Sig.Host = value
	default:
		s.Sig.Attrs = append(s.Sig.Attrs, trace.Attr{Key: key, Value: strings.ReplaceAll(value, "_", " ")})
	}
}
