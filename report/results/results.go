package results

import (
	"io"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// Results are what an analysis found, as far as other tools ask for it.
type Results struct {
	*analyze.Result
	Data     *analyze.Data // knows stacks, if a format needs them
	Requests []Request     // those that a format needs, in order of their traces
}

// A Request is one observation with the spans of its trace.
type Request struct {
	Trace *trace.Trace
	Waits []critpath.Wait // by span
	attribute.Request
	Why string // of an exemplar: what it is one of
}

// Root returns the span that the request begins with.
func (r *Request) Root() *trace.Span { return &r.Trace.Spans[r.Request.Root] }

// Needs say what a format asks for beside the result.
type Needs uint8

// What formats need.
const (
	Stacks    Needs = 1 << iota // below which calls requests spent their time
	Exemplars                   // the requests that are worth opening
	Paths                       // all requests with their paths
	Spans                       // these, with all that their spans say
)

// A Format is a way to write results.
type Format struct {
	Name, Doc string
	Extension string
	Needs     Needs
	// Write writes all of r to w. It returns only errors of w.
	Write func(w io.Writer, r *Results) error
}

// String returns the name.
func (f Format) String() string { return f.Name }

// Formats lists every format in the order of the help.
var Formats = []Format{
	pprofFormat,
	foldedFormat,
	perfettoFormat,
	observationsCSV,
	observationsJSONL,
	segmentsCSV,
	segmentsJSONL,
	otlpFormat,
	hgrmFormat,
}

// A band says among which requests of its journey one is.
func band(j *analyze.Journey, r analyze.Requests, i int) string {
	s := r.Sample()
	switch {
	case i >= s.Rank(4000) && i <= s.Rank(6000):
		return "typical"
	case i >= j.Tail.From:
		return "slow"
	}
	return "other"
}

// slicesOf are what a request has of each slice, as "region=eu"; those that it has nothing of are left out.
func slicesOf(r analyze.Requests, o *analyze.Observation) (all []string) {
	for i, name := range r.SliceNames() {
		if v := r.SliceValue(o, i); v != "" {
			all = append(all, name+"="+v)
		}
	}
	return all
}

// shown is a name that cannot act on whatever prints it.
func shown(name string) string { return page.EscapeTerminal(name) }

// inStack is a name as one frame of folded stacks, where a semicolon stands between frames.
func inStack(name string) string {
	if name == "" {
		return "(no name)"
	}
	return strings.ReplaceAll(shown(name), ";", ",")
}
