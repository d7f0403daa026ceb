package results

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

var perfettoFormat = Format{Name: "perfetto", Doc: "exemplars for ui.perfetto.dev and chrome://tracing, each a process with its path as a track of its own", Extension: "json", Needs: Exemplars, Write: writePerfetto}

// The types below are Chrome's trace event format.
type (
	chromeTrace struct {
		Events []chromeEvent `json:"traceEvents"`
		Unit   string        `json:"displayTimeUnit"`
	}
	chromeEvent struct {
		Name     string         `json:"name"`
		Category string         `json:"cat,omitempty"`
		Phase    string         `json:"ph"`
		Process  int            `json:"pid"`
		Thread   int            `json:"tid"`
		At       *micros        `json:"ts,omitempty"`
		Took     *micros        `json:"dur,omitempty"`
		Args     map[string]any `json:"args,omitempty"`
	}
	// micros are nanoseconds that are written as microseconds, exactly.
	micros time.Duration
)

func (m micros) MarshalJSON() ([]byte, error) {
	sign, n := "", int64(m)
	if n < 0 { // a span that begins before its request does
		sign, n = "-", -n
	}
	return fmt.Appendf(nil, "%s%d.%03d", sign, n/1000, n%1000), nil
}

// pathTrack is the thread of a process that holds the path.
const pathTrack = 1

// writePerfetto writes each exemplar from its own start on: they are far apart, and laid beside each other.
func writePerfetto(w io.Writer, r *Results) error {
	out := chromeTrace{Events: []chromeEvent{}, Unit: "ms"}
	pid := 0
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Why != "" {
			pid++
			out.Events = append(out.Events, processOf(pid, q)...)
		}
	}
	return json.NewEncoder(w).Encode(out)
}

func processOf(pid int, q *Request) []chromeEvent {
	named := func(what, name string, tid int) chromeEvent {
		return chromeEvent{Name: what, Phase: "M", Process: pid, Thread: tid, Args: map[string]any{"name": name}}
	}
	events := []chromeEvent{
		named("process_name", fmt.Sprintf("%s, %s: %s", shown(q.Key.Journey), q.Why, q.Trace.ID), 0),
		named("thread_name", "critical path", pathTrack),
	}
	for k := range q.Pieces {
		events = append(events, pieceEvent(pid, q, &q.Pieces[k]))
	}
	for i, lane := range lanesOf(q) {
		tid := pathTrack + 1 + i
		events = append(events, named("thread_name", shown(lane.service), tid))
		for _, s := range lane.spans {
			events = append(events, spanEvent(pid, tid, q, s))
		}
	}
	return events
}

func event(pid, tid int, name, category string, from, took time.Duration, args map[string]any) chromeEvent {
	at, dur := micros(from), micros(took)
	return chromeEvent{Name: shown(name), Category: category, Phase: "X", Process: pid, Thread: tid, At: &at, Took: &dur, Args: args}
}

func pieceEvent(pid int, q *Request, p *attribute.Piece) chromeEvent {
	span := &q.Trace.Spans[p.Span]
	return event(pid, pathTrack, p.Layer+": "+semconv.Operation(span.Sig), "path", p.From.Sub(q.Start), p.Duration(), map[string]any{
		"span": span.ID.String(), "layer": shown(p.Layer), "place": shown(placeOf(q, p)), "ns": int64(p.Duration()),
	})
}

func spanEvent(pid, tid int, q *Request, i int32) chromeEvent {
	s := &q.Trace.Spans[i]
	return event(pid, tid, semconv.Operation(s.Sig), "span", s.Start.Sub(q.Start), s.Duration(), map[string]any{
		"span": s.ID.String(), "kind": s.Sig.Kind.String(), "waited for": !q.Waits[i].IsAsync(),
	})
}

// A lane is spans of a service of which any two are apart, or one is inside of the other.
type lane struct {
	service string
	spans   []int32
	open    []trace.Time // when those end that are around the last one, the outermost first
}

// lanesOf puts the spans of a request's trace that begin with it or later into as few lanes as it takes.
func lanesOf(q *Request) (lanes []*lane) {
	order := below(q.Trace, q.Request.Root, nil)
	slices.SortStableFunc(order, func(a, b int32) int {
		x, y := &q.Trace.Spans[a], &q.Trace.Spans[b]
		if x.Start != y.Start {
			return int(x.Start.Sub(y.Start))
		}
		return int(y.End.Sub(x.End))
	})
	for _, i := range order {
		s := &q.Trace.Spans[i]
		at := slices.IndexFunc(lanes, func(l *lane) bool { return l.service == s.Sig.Service && l.takes(s) })
		if at < 0 {
			at = len(lanes)
			lanes = append(lanes, &lane{service: s.Sig.Service})
		}
		lanes[at].spans, lanes[at].open = append(lanes[at].spans, i), append(lanes[at].open, s.End)
	}
	slices.SortStableFunc(lanes, func(a, b *lane) int { return int(q.Trace.Spans[a.spans[0]].Start.Sub(q.Trace.Spans[b.spans[0]].Start)) })
	return lanes
}

// takes reports whether a span, which begins no earlier than those before it, is apart from them or inside.
func (l *lane) takes(s *trace.Span) bool {
	for n := len(l.open); n > 0 && l.open[n-1] <= s.Start; n = len(l.open) {
		l.open = l.open[:n-1]
	}
	return len(l.open) == 0 || s.End <= l.open[len(l.open)-1]
}

// below appends a span and all below it.
func below(t *trace.Trace, i int32, all []int32) []int32 {
	all = append(all, i)
	for _, k := range t.Children(i) {
		all = below(t, k, all)
	}
	return all
}
