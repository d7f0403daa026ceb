package run

import (
	"iter"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
)

// Chosen returns the traces of which some request is chosen, as they were read, and what is left
// out. Requests are as long as all of them together show.
func Chosen(a *Analysis, spans *ingest.Spans) (iter.Seq[[]trace.Span], attribute.Unchosen) {
	if a.Options.Chooses == nil {
		return spans.Traces(), attribute.Unchosen{}
	}
	_, evidence := a.chosen(spans, nil)
	judged := evidence.Judge()
	all, _ := a.chosen(spans, judged)
	return func(yield func([]trace.Span) bool) {
		read := a.reader(judged)
		for t := range spans.Traces() {
			if !read(t).IsLeftOut() && !yield(t) {
				return
			}
		}
	}, all
}

// chosen counts what is left out, and returns what the requests show.
func (a *Analysis) chosen(spans *ingest.Spans, judged *attribute.Judgement) (out attribute.Unchosen, shown *attribute.Evidence) {
	e := attribute.NewPlanExplainer(a.Rules, a.Plan)
	e.Judging(judged)
	read := a.readBy(e)
	for t := range spans.Traces() {
		out.Add(read(t).Unchosen)
	}
	return out, e.Evidence
}

func (a *Analysis) reader(judged *attribute.Judgement) func([]trace.Span) *attribute.Reading {
	e := attribute.NewPlanExplainer(a.Rules, a.Plan)
	e.Judging(judged)
	return a.readBy(e)
}

// readBy returns what reads traces, and leaves their spans as they are.
func (a *Analysis) readBy(e *attribute.Explainer) func([]trace.Span) *attribute.Reading {
	assembler := trace.NewAssembler(a.Assembly)
	var own []trace.Span
	return func(t []trace.Span) *attribute.Reading {
		own = append(own[:0], t...)
		return e.Read(assembler.Assemble(slices.Clip(own)), a.Options)
	}
}
