package waterfall

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace/semconv"
)

// Schema names the shape of a waterfall's json. Within a version fields are added,
// never changed or removed.
const Schema = "https://longpole.dev/schema/waterfall/v1"

type (
	waterfallJSON struct {
		Schema   string            `json:"schema"`
		Version  int               `json:"version"`
		Trace    string            `json:"trace"`
		Root     string            `json:"root"`
		Journey  string            `json:"journey"`
		Start    int64             `json:"start_ns"`
		Duration time.Duration     `json:"duration_ns"`
		Spans    int               `json:"spans"`
		Orphans  int               `json:"orphans"`
		Lines    []lineJSON        `json:"lines"`
		Path     []pieceJSON       `json:"path"`
		PathMore int               `json:"path_more"`
		PathRest time.Duration     `json:"path_rest_ns"`
		Layers   report.SharesJSON `json:"layers"`
		Beside   *waterfallJSON    `json:"beside,omitempty"`
	}
	// lineJSON is a span, or what stands for More of them.
	lineJSON struct {
		Span      string        `json:"span"`
		Parent    string        `json:"parent,omitempty"`
		Depth     int           `json:"depth"`
		More      int           `json:"more"`
		Service   string        `json:"service"`
		Name      string        `json:"name"`
		Operation string        `json:"operation"`
		Kind      string        `json:"kind"`
		Start     time.Duration `json:"start_offset_ns"`
		Moved     time.Duration `json:"moved_ns"`
		Took      time.Duration `json:"took_ns"`
		Path      time.Duration `json:"path_ns"`
		OnPath    bool          `json:"on_path"`
		What      []string      `json:"what"`
	}
	pieceJSON struct {
		Span     string        `json:"span"`
		From     time.Duration `json:"from_offset_ns"`
		To       time.Duration `json:"to_offset_ns"`
		Category string        `json:"category"`
		Cause    string        `json:"cause"`
		Rule     string        `json:"rule"`
		Callee   string        `json:"callee"`
		Layer    string        `json:"layer"`
	}
)

// mostPieces is how many pieces of a path are written one by one.
const mostPieces = 10_000

// JSON returns what json holds of the waterfall.
func (wf *Waterfall) JSON() any { return wf.json() }

// json is the waterfall for programs, times in integer nanoseconds.
func (wf *Waterfall) json() waterfallJSON {
	root := wf.span(wf.root)
	layerTimes := wf.layers()
	out := waterfallJSON{
		Schema: Schema, Version: 1,
		Trace: wf.trace.ID.String(), Root: root.ID.String(), Journey: wf.request.Key.Journey,
		Start: int64(root.Start), Duration: wf.duration(), Spans: wf.spans, Orphans: wf.orphans,
		Lines:  page.Each(wf.lines, wf.lineJSON),
		Path:   page.Each(wf.pieces[:min(len(wf.pieces), mostPieces)], wf.pieceJSON),
		Layers: report.NewSharesJSON(layerTimes.By(analyze.ByLayer)),
	}
	for _, p := range wf.pieces[len(out.Path):] {
		out.PathMore++
		out.PathRest += p.Duration()
	}
	return out
}

func (wf *Waterfall) lineJSON(l waterLine) lineJSON {
	s := wf.span(l.span)
	out := lineJSON{
		Span: s.ID.String(), Depth: l.depth, More: l.more,
		Service: s.Sig.Service, Name: s.Sig.Name, Operation: semconv.Operation(s.Sig), Kind: s.Sig.Kind.String(),
		Start: wf.since(wf.firstStart(&l)), Moved: wf.trace.Shift(l.span), Took: l.took, Path: l.path, OnPath: wf.onPath[l.span],
		What: append([]string{wf.categories(l.span)}, wf.facts(l.span)...),
	}
	if s.Parent != 0 {
		out.Parent = s.Parent.String()
	}
	return out
}

func (wf *Waterfall) pieceJSON(p attribute.Piece) pieceJSON {
	return pieceJSON{
		wf.span(p.Span).ID.String(), wf.since(p.From), wf.since(p.To),
		string(p.Category), string(p.Cause), p.Rule, p.Callee, p.Layer,
	}
}
