package report

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

var exemplarTexts = map[string]string{
	"tail":    "most like the slow ones",
	"slowest": "the slowest",
	"typical": "most like the typical ones",
	"overrun": "the largest overrun",
	"twin":    "a typical one that made the same calls",
}

// ExemplarText says why an exemplar is worth opening.
func ExemplarText(why string) string { return exemplarTexts[why] }

// exemplars names traces to open, with the command that opens them: one that is like the slow ones,
// beside one that is like the typical ones, and the slowest.
func (r *Report) exemplars(s *page.Section, j *analyze.Journey) {
	beside := r.twin(j)
	for i, e := range j.Exemplars {
		if i > 0 && (e.Trace == j.Exemplars[0].Trace && e.Root == j.Exemplars[0].Root || e.Why == "typical" && beside != nil) {
			continue
		}
		why := exemplarTexts[e.Why]
		if j.Observations == 1 {
			why = "the only one"
		}
		text := page.Say("Look at ", unit.Duration(e.Duration), ", ", why)
		if i == 0 && beside != nil {
			s.Add(page.Line{Text: page.Say(text, ", beside ", unit.Duration(beside.Duration), ", ", exemplarTexts[beside.Why], ": ", page.Pasted(r.command(e)+" --beside "+id(*beside)))})
			continue
		}
		s.Add(page.Line{Text: page.Say(text, ": ", r.open(e))})
	}
}

// twin is the typical request that the first exemplar is laid beside; nil where there is none, or where
// traces are opened by links.
func (r *Report) twin(j *analyze.Journey) *analyze.Exemplar {
	at := slices.IndexFunc(j.Exemplars, func(e analyze.Exemplar) bool { return e.Why == "typical" })
	if at < 1 || r.options.TraceURL != "" || j.Exemplars[at].Trace == j.Exemplars[0].Trace {
		return nil
	}
	return &j.Exemplars[at]
}

// open says how to look at a trace: where the link leads, or the command that draws it.
func (r *Report) open(e analyze.Exemplar) page.Phrase {
	if u := r.options.TraceURL; u != "" {
		return page.Say(page.Address(TraceLink(u, e.Trace, e.Root)))
	}
	return page.Pasted(r.command(e))
}

// command draws the request of an exemplar.
func (r *Report) command(e analyze.Exemplar) string {
	return "longpole trace " + id(e) + " " + r.options.Input
}

// id names the request of an exemplar as commands take it.
func id(e analyze.Exemplar) string {
	if e.Alone {
		return e.Trace.String()
	}
	return e.Trace.String() + "/" + e.Root.String()
}

// CheckTraceURL refuses a template of links that would not lead to a trace.
func CheckTraceURL(template string) error {
	u, err := url.Parse(TraceLink(template, trace.ID{}, 0))
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return errors.New("it must be an http or https address, such as https://jaeger.example/trace/{traceID}?uiFind={spanID}")
	case !strings.Contains(template, "{traceID}"):
		return errors.New("it must hold {traceID}, and may hold {spanID}")
	}
	return nil
}

// TraceLink returns a link to a trace by a template. What is no part of an address is encoded,
// so that a link is one word of plain ASCII on every output.
func TraceLink(template string, id trace.ID, root trace.SpanID) string {
	link := strings.NewReplacer("{traceID}", id.String(), "{spanID}", root.String()).Replace(template)
	var b strings.Builder
	for i := range len(link) {
		if c := link[i]; c <= ' ' || c > '~' || strings.IndexByte("\"'<>[]\\^`{|}*", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(link[i])
	}
	return b.String()
}
