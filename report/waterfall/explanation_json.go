package waterfall

import (
	"time"

	"github.com/longpole/longpole/report/page"
)

// ExplanationSchema names the shape of an explanation's json. Within a version fields are
// added, never changed or removed.
const ExplanationSchema = "https://longpole.dev/schema/explanation/v1"

type explanationJSON struct {
	Schema   string        `json:"schema"`
	Version  int           `json:"version"`
	Answer   string        `json:"answer"`
	Trace    string        `json:"trace"`
	Span     lineJSON      `json:"span"`
	Category string        `json:"category"`
	Rule     string        `json:"rule"`
	Why      string        `json:"why"`
	Remote   bool          `json:"remote"`
	Peer     string        `json:"peer"`
	OnPath   bool          `json:"on_path"`
	Path     []string      `json:"path"`
	Below    time.Duration `json:"path_below_ns"`
	Own      []pieceJSON   `json:"own"`
	OwnMore  int           `json:"own_more"`
	Repairs  []string      `json:"repairs"`
}

// json is the explanation for programs, times in integer nanoseconds.
func (x *Explanation) json() explanationJSON {
	d := x.decision
	own := x.wf.own[x.span]
	text := func(p page.Phrase) string { return p.String() }
	return explanationJSON{
		Schema: ExplanationSchema, Version: 1, Answer: x.answer().String(), Trace: x.wf.trace.ID.String(),
		Span: x.wf.lineJSON(x.wf.one(x.span, 0)), Category: string(d.Category), Rule: d.Rule, Why: d.Why,
		Remote: d.Remote, Peer: d.Peer, OnPath: x.wf.onPath[x.span], Path: page.Each(x.path(), text), Below: x.below(),
		Own:     page.Each(own[:min(len(own), mostPieces)], func(at int32) pieceJSON { return x.wf.pieceJSON(x.wf.pieces[at]) }),
		OwnMore: max(0, len(own)-mostPieces),
		Repairs: page.Each(x.repairs(), text),
	}
}
