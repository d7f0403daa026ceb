package doctor

import (
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// answer is the first line.
func (d *Doctor) answer() page.Phrase {
	f := d.Fitness
	share := unit.Percent(f.Part, f.Of)
	switch f.Limit {
	case quality.NoRequest:
		if f.Part > 0 && f.Part == f.Of {
			return page.Say("Not fit for verdicts: no trace has its root span (of ", unit.Of(int(f.Of), "trace", "traces"), ").")
		}
		return page.Say("Not fit for verdicts: ", account.NoRequest(d.result), ".")
	case quality.OtherUnit:
		return page.Say("Not fit for verdicts: ", account.Dates(d.result), ".")
	case quality.Unending:
		return page.Say("Not fit for percentiles: of ", share, " of the requests nobody knows how long they took, for they have no end, and those that hang are the slow ones.")
	case quality.Unreadable:
		return page.Say("Not fit for verdicts: ", share, " of the spans that were read could not be used.")
	case quality.MissingRoot:
		return page.Say(missingRootWords(f), share, " of the traces miss their root, and slow traces lose spans most.")
	case quality.Chosen:
		return page.Say("Not fit for percentiles: a tail sampler chose the traces and left ", page.Name(d.result.Biases[0].Key), ".")
	case quality.MaybeChosen:
		return page.Say("Fit for verdicts unless slow or failed traces were kept on purpose: ", account.BiasSign(d.result.Biases[0]), ".")
	case quality.Untraced:
		return page.Say("Fit for percentiles, not for blame: nothing in the traces says what ", share, " of the time was.")
	case quality.TooFew:
		return page.Say("Too few for verdicts: ", d.completeWords(), "; a p95 needs ", unit.Count(f.Of), " of one journey, and the busiest one has ", unit.Count(f.Part), ".")
	}
	return page.Say("Fit for verdicts: ", d.completeWords(), d.samplingWords(), ".")
}

func missingRootWords(f quality.Fitness) string {
	if f.Grade == quality.NotFit {
		return "Not fit for percentiles: "
	}
	return "Fit for percentiles up to " + f.Up.String() + ": "
}

func (d *Doctor) completeWords() string {
	t := d.found.Traces
	verb := " are complete"
	if t.Requests == 1 {
		verb = " is complete"
	}
	return unit.Count(t.WholeRequests) + " of " + unit.Of(t.Requests, "request", "requests") + verb
}

func (d *Doctor) samplingWords() string {
	switch d.result.Sampling {
	case analyze.SamplingUnknown:
		return ", but nothing says how they were sampled"
	case analyze.SamplingMixed:
		return ", but only some say how they were sampled"
	}
	return ""
}

// read says what there was and how much of it is complete.
func (d *Doctor) read() page.Section {
	s := page.Section{Title: page.Say("What was read")}
	l, t := d.result.Ledger, d.found.Traces
	s.Say(account.Spans(l))
	s.Say(account.Records(l.Records))
	s.Say(account.Traces(d.result))
	s.Say(unit.Of(t.Total, "trace", "traces"), " = ", unit.Count(t.Whole), " whole + ", unit.Count(t.Gapped),
		" that miss a span below their root + ", unit.Count(t.Rootless), " without their root.")
	if t.Behind > 0 {
		s.Say(unit.Count(t.Behind), " of the whole ones begin behind an edge that sends no spans.")
	}
	for _, f := range account.Files(l.Files) {
		s.Say(f)
	}
	return s
}

// costs says what the lacks take of the paths, and what may be wrong for it.
func (d *Doctor) costs() page.Section {
	s := page.Section{Title: page.Say("What it costs the verdicts")}
	t, p := d.found.Traces, d.found.Path
	cost := func(any bool, what, so string) {
		if any {
			s.Add(page.Line{Text: page.Say(what)})
			s.Add(page.Line{Text: page.Say(so), Depth: 1, Mood: page.Faint})
		}
	}
	l := d.result.Ledger
	cost(l.Total(trace.Rejected) > 0, partOf("spans that could not be used", l.Total(trace.Rejected), l.Spans),
		"Requests that they belonged to miss a span or their root.")
	cost(len(d.lost()) > 0, "known to be lost: "+strings.Join(d.lost(), ", "), "What was lost is in no figure.")
	cost(t.Rootless > 0, partOf("traces without a root", t.Rootless, t.Total)+", "+unit.Of(t.RootlessSpans, "span", "spans")+" in all",
		"They are in no percentile. If they are the slow ones, every percentile is too low.")
	unending := d.result.LeftOut.Unfinished
	cost(unending > 0, partOf("requests without an end", unending, unending+d.result.Observations),
		"They are in no percentile. Those that hang are the slow ones.")
	cost(t.Gapped > 0, partOf("requests that miss a span", t.Requests-t.WholeRequests, t.Requests)+"; untraced is "+
		unit.Percent(p.Untraced, p.Total)+" of all path time",
		"Their latency counts. What the missing spans did is shown as untraced, or as the caller's own.")
	cost(len(d.found.Calls) > 0, partOf("calls of services without a span of the other side", unanswered(d.found), d.found.Asked)+"; "+
		unit.Percent(p.Calls, p.Total)+" of all path time",
		"That time cannot be told apart into the network, the callee and what the callee waited for.")
	cost(len(d.found.Leaves) > 0, "servers without any span below them: "+unit.Percent(p.Leaves, p.Total)+" of all path time",
		"It counts as app of the service; whether it computed, waited or called somebody cannot be seen.")
	apart, doubtful := clockCounts(d.found.Clocks)
	cost(apart > 0, "pairs of clocks that stand apart: "+unit.Count(apart),
		"Spans were moved until calls fit. How long a call was on the way there and on the way back is a guess; the sum is not.")
	cost(doubtful > 0, "calls that do not fit into their caller, with nothing moved: "+unit.Count(doubtful),
		"The callee is clipped to its caller, so part of its time is missing.")
	missing, calls := storeCounts(d.found.Stores)
	cost(missing > 0, partOf("database calls that do not say what was asked", missing, calls),
		"They cannot be told apart by operation, so repeated and slow queries are not named.")
	cost(unknown(d.found) > 0, partOf("traces that do not say how they were sampled", unknown(d.found), t.Total),
		"Each of them counts once, whatever it stands for.")
	d.orders(&s)
	d.onlyClient(&s)
	for _, b := range d.result.Biases {
		s.Add(page.Line{Text: account.BiasWords(b), Mood: page.Warning})
	}
	return s
}

// orders says what it is worth to know who waited for whom where nothing shows it.
func (d *Doctor) orders(s *page.Section) {
	if len(d.found.Orders) == 0 {
		return
	}
	o := &d.found.Orders[0]
	s.Say("orders that nothing shows: ", unit.Count(len(d.found.Orders)), "; a link to ", page.Name(o.Child), " from what waited for it settles ",
		unit.Duration(o.Settles), " of the ", o.Level.String(), " of ", page.Name(o.Journey))
	s.Add(page.Line{
		Text: page.Say("It was in flight together with ", page.Name(o.Beside), ", and ", page.Name(o.Parent),
			" neither ended nor went on right after it. It counts as waited for, as what ends last does."),
		Depth: 1, Mood: page.Faint,
	})
}

// onlyClient says that one client asks for all of it.
func (d *Doctor) onlyClient(s *page.Section) {
	c := d.found.Client
	if c.Traces == 0 {
		return
	}
	s.Say("one client asks for all of it: ", page.Name(c.Service), " on ", page.Name(c.Host), ", in ", unit.Of(c.Traces, "trace", "traces"))
	s.Add(page.Line{
		Text:  page.Say("If it is a load generator that waits for an answer before it asks again, slow moments are asked too rarely, and percentiles are too low."),
		Depth: 1, Mood: page.Faint,
	})
}

// lost names the findings of the reader that say that the input should have held more.
func (d *Doctor) lost() (kinds []string) {
	for _, f := range d.result.Ledger.Findings() {
		ofTraces := f.Code.ID == trace.MissingParent.ID || f.Code.ID == trace.NoRoot.ID
		if f.Code.Loss && f.Code.Fate == trace.Kept && !ofTraces {
			kinds = append(kinds, f.Code.ID+" ("+unit.Count(f.Count)+")")
		}
	}
	return kinds
}

// partOf writes "traces without a root: 12 of 100 (12 %)".
func partOf(what string, part, of int) string {
	return what + ": " + unit.Count(part) + " of " + unit.Count(of) + " (" + unit.Percent(part, of) + ")"
}

func unanswered(q *quality.Result) (calls int) {
	for _, c := range q.Calls {
		calls += c.Unanswered
	}
	return calls
}

func clockCounts(clocks []quality.Clock) (apart, doubtful int) {
	for _, c := range clocks {
		if c.Apart > 0 {
			apart++
		}
		doubtful += c.Unclear + c.TooLarge
	}
	return apart, doubtful
}

func storeCounts(stores []quality.Store) (missing, calls int) {
	for _, c := range stores {
		missing += c.NoStatement
		calls += c.Calls
	}
	return missing, calls
}

func unknown(q *quality.Result) (traces int) {
	for _, row := range q.Sampled {
		if !row.Known {
			traces += row.Traces
		}
	}
	return traces
}
