package budget

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
)

// A Level says how sure a finding is.
type Level uint8

// The levels, the surest last.
const (
	Hint   Level = iota + 1 // the pattern alone
	Likely                  // the pattern, and an effect beyond chance
	Proven                  // a test, a count or a counter-example in the data
)

var levelNames = [...]string{Hint: "hint", Likely: "likely", Proven: "proven"}

// String returns the level as plans write it.
func (l Level) String() string { return levelNames[l] }

// ParseLevel reads a level.
func ParseLevel(s string) (Level, error) {
	for l := Hint; l <= Proven; l++ {
		if l.String() == s {
			return l, nil
		}
	}
	return 0, fmt.Errorf("%q is no level of findings%s; write hint, likely or proven", s, strictyaml.Nearest(s, levelNames[Hint:]))
}

// A Detectable is something that can be found, as far as a plan can speak of it.
type Detectable struct {
	ID, Name string
	Params   []Parameter
}

// A Parameter is a threshold of a detector.
type Parameter struct {
	Name, Doc string
	Default   Limit
}

// Findings are what a plan says of findings.
type Findings struct {
	Settings     []Setting
	Acknowledged []Acknowledgement
}

// AsksFindings reports whether an assertion of the plan is about findings.
func (p *Plan) AsksFindings() bool {
	return slices.ContainsFunc(p.Journeys, func(j Journey) bool {
		return slices.ContainsFunc(j.Asserts, func(a Assertion) bool { return a.Measure == FoundOf })
	})
}

// A Setting is a threshold of one detector.
type Setting struct {
	Finding string // its id
	Name    string
	Limit   Limit
}

// An Acknowledgement is a finding that a team knows and lives with for a time.
type Acknowledgement struct {
	Finding  string      // its id
	Journeys match.Globs // all if empty
	Places   match.Globs // all if empty
	Reason   string
	Until    time.Time // the first instant that it does not hold any more
	Line     int
}

// Covers reports whether it is about a finding at a place of a journey.
func (a *Acknowledgement) Covers(journey, place string) bool {
	return (len(a.Journeys) == 0 || a.Journeys.Match(journey)) && (len(a.Places) == 0 || a.Places.Match(place))
}

// readFindings reads what a plan says of findings:
//
//	findings:
//	  parameters:
//	    repeated-call: {repeats: 8, total: 20ms}
//	  acknowledged:
//	    - {finding: sequential-calls, place: driver, reason: "redis has no MGET here", until: 2027-01-31}
func (r *planReader) readFindings(n strictyaml.Node) {
	r.Object(n, "findings",
		strictyaml.Key("parameters", r.readParameters),
		strictyaml.Key("acknowledged", func(n strictyaml.Node) {
			for _, n := range r.List(n, "acknowledged") {
				r.plan.Findings.Acknowledged = append(r.plan.Findings.Acknowledged, r.acknowledgement(n))
			}
		}),
	)
}

// detectable looks up what can be found by its name or id.
func (r *planReader) detectable(n strictyaml.Node, name string) (d Detectable, ok bool) {
	var names []string
	for _, d := range r.known {
		if d.ID == name || d.Name == name {
			return d, true
		}
		names = append(names, d.Name)
	}
	r.Fail(n, "unknown finding %q%s", strictyaml.Cut(name, 60), strictyaml.Nearest(name, names))
	return d, false
}

func (r *planReader) readParameters(n strictyaml.Node) {
	for _, e := range r.Entries(n, "parameters") {
		d, ok := r.detectable(e.Node, e.Key)
		if !ok {
			continue
		}
		for _, p := range r.Entries(e.Value, "the parameters of "+d.Name) {
			r.readParameter(d, p)
		}
	}
}

func (r *planReader) readParameter(d Detectable, e strictyaml.Entry) {
	var names []string
	for _, p := range d.Params {
		names = append(names, p.Name)
	}
	at := slices.Index(names, e.Key)
	if at < 0 {
		r.Fail(e.Node, "%s has no parameter %q%s", d.Name, strictyaml.Cut(e.Key, 60), strictyaml.Nearest(e.Key, names))
		return
	}
	text, _ := strictyaml.Scalar(e.Value)
	limit, err := parseLimit(strings.TrimSpace(text), d.Params[at].Default.Unit)
	if err != nil {
		r.Fail(e.Value, "%s.%s: %s", d.Name, e.Key, err)
		return
	}
	if slices.ContainsFunc(r.plan.Findings.Settings, func(s Setting) bool { return s.Finding == d.ID && s.Name == e.Key }) {
		r.Fail(e.Node, "%s.%s is set twice", d.Name, e.Key)
	}
	r.plan.Findings.Settings = append(r.plan.Findings.Settings, Setting{d.ID, e.Key, limit})
}

// parseLimit reads a limit of a unit.
func parseLimit(text string, unit Unit) (l Limit, err error) {
	l.Unit = unit
	switch unit {
	case UnitTime:
		l.Value, err = parseTime(text)
	case UnitShare:
		l.Value, err = parseShare(text)
	default:
		if l.Value, err = parseDecimal(text, 1_000_000); err != nil || l.Value <= 0 {
			err = fmt.Errorf("%q is no number above zero; write for example 5 or 1.5", text)
		}
	}
	return l, err
}

func (r *planReader) acknowledgement(n strictyaml.Node) Acknowledgement {
	a := Acknowledgement{Line: strictyaml.Line(n)}
	r.Object(n, "an acknowledgement",
		strictyaml.Key("finding", func(n strictyaml.Node) {
			if name := r.Text(n, "finding"); name != "" {
				d, _ := r.detectable(n, name)
				a.Finding = d.ID
			}
		}),
		strictyaml.Key("journey", func(n strictyaml.Node) { a.Journeys = r.globs(n, "journey") }),
		strictyaml.Key("place", func(n strictyaml.Node) { a.Places = r.globs(n, "place") }),
		strictyaml.Key("reason", func(n strictyaml.Node) { a.Reason = r.Text(n, "reason") }),
		strictyaml.Key("until", func(n strictyaml.Node) { a.Until = r.day(n) }),
	)
	switch {
	case r.Failed():
	case a.Finding == "":
		r.Fail(n, "an acknowledgement names its finding; write for example finding: sequential-calls")
	case a.Reason == "":
		r.Fail(n, "an acknowledgement has a reason; write for example reason: known, see the wiki")
	case a.Until.IsZero():
		r.Fail(n, "an acknowledgement ends; write for example until: 2027-01-31")
	}
	return a
}

// day reads a date, and returns the end of that day in UTC.
func (r *planReader) day(n strictyaml.Node) time.Time {
	text, _ := strictyaml.Scalar(n)
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
	if err != nil {
		r.Fail(n, "until: %q is no date; write for example 2027-01-31", strictyaml.Cut(text, 60))
		return time.Time{}
	}
	return t.AddDate(0, 0, 1)
}
