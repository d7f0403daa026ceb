package replay

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
)

// A Selector says which time, or which calls, a question is about.
//
//	network                             a layer, as the report has it
//	network{web -> payment}             of it, what is at a place, of a service or in an operation
//	network{region=ap-south-1}          of it, what has an attribute, or is of requests that have it
//	web -> payment                      all that is at a place: of calls, also what is below them
//	{payment, version=2.*}              all that has each of these
//	calls{web -> payment}               the time of calls, with all that is below them
type Selector struct {
	Text  string
	Layer string
	Names []match.Glob
	Terms []Term
}

// ParseSelector reads a selector. Keys of attributes are what keysOf says of a name.
func ParseSelector(text string, keysOf func(name string) []string) (Selector, error) {
	s := Selector{Text: strings.TrimSpace(text)}
	rest, inner, braced := strings.Cut(s.Text, "{")
	switch {
	case s.Text == "":
		return s, fmt.Errorf("nothing is selected")
	case !braced:
		s.Names = []match.Glob{name(s.Text)}
		return s, nil
	case !strings.HasSuffix(inner, "}"):
		return s, fmt.Errorf("%q: the } is missing", s.Text)
	}
	s.Layer = strings.TrimSpace(rest)
	for _, item := range strings.Split(strings.TrimSuffix(inner, "}"), ",") {
		key, value, isTerm := strings.Cut(item, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case isTerm && key != "":
			s.Terms = append(s.Terms, Term{key, keysOf(key), match.Glob(value)})
		case key != "" && !isTerm:
			s.Names = append(s.Names, name(key))
		default:
			return s, fmt.Errorf("%q: between , and , stands neither a name nor key=value", s.Text)
		}
	}
	return s, nil
}

// name reads a name, or an edge between two, with any spaces around its arrow.
func name(text string) match.Glob {
	if from, to, edge := strings.Cut(text, "->"); edge {
		text = strings.TrimSpace(from) + " -> " + strings.TrimSpace(to)
	}
	return match.Glob(strings.TrimSpace(text))
}

// A chosen is what a selector means in a run.
type chosen struct {
	cells []bool // by number
	paths []bool // by number: the calls; none if it is about the time of a layer
	terms uint16 // that must be true
	calls bool   // it is about calls, with all that is below them
	below bool   // the time of calls and of all that is below them is meant
}

// An Unknown is a selector of which a run has nothing.
type Unknown struct {
	What  string // layer, place or attribute
	Name  string
	Known []string // what the run has
}

// Error says what is not there.
func (u *Unknown) Error() string { return fmt.Sprintf("no request has the %s %q", u.What, u.Name) }

// A Refused is a selector of time that requests spent in a queue: that is as long as the queue makes it.
type Refused struct{ Selector string }

// Error says why nothing can be said.
func (r *Refused) Error() string {
	return fmt.Sprintf("%q is time in a queue, which is as long as those who are in front make it: it has no length of its own that could be changed", r.Selector)
}

// choose finds what a selector means. Time in queues is left out. Terms have bits from the first one on.
func (r *Run) choose(s *Selector, firstTerm int) (*chosen, error) {
	c := &chosen{cells: make([]bool, len(r.Cells)), paths: make([]bool, len(r.Paths))}
	for i := range s.Terms {
		c.terms |= 1 << (firstTerm + i)
	}
	layer, names := s.Layer, s.Names
	if c.below = layer == callsLayer && !r.hasLayer(layer); c.below {
		layer = ""
	}
	if layer == "" && len(names) == 1 && len(s.Terms) == 0 && !strings.Contains(s.Text, "{") && r.hasLayer(string(names[0])) {
		layer, names = string(names[0]), nil
	}
	isIn, err := r.layer(layer)
	if err != nil {
		return nil, err
	}
	c.calls = layer == ""
	found, queued := false, false
	for i := range r.Cells {
		cell := &r.Cells[i]
		is := isIn(cell.Layer, string(cell.Category), string(cell.Cause)) && all(names, cell.Place(), cell.Operation, cell.Service, c.calls)
		c.cells[i] = is && cell.Category != category.Queue
		found, queued = found || c.cells[i], queued || is
	}
	if queued && !found {
		return nil, &Refused{s.Text}
	}
	for i := range r.Paths {
		p := &r.Paths[i]
		c.paths[i] = isIn(string(p.Category), string(p.Category), "") && all(names, p.Place(), p.Does.Name, p.Does.Service, c.calls)
		found = found || c.paths[i]
	}
	if !found {
		return nil, r.unknown(layer, names)
	}
	return c, nil
}

// unknown says what of a selector nothing has: a name, or else the layer where the names are.
func (r *Run) unknown(layer string, names []match.Glob) *Unknown {
	for _, n := range names {
		if !slices.ContainsFunc(r.names(), n.Match) {
			return &Unknown{"place or operation", string(n), r.names()}
		}
	}
	text := make([]string, len(names))
	for i, n := range names {
		text[i] = string(n)
	}
	what := "place or operation"
	if layer != "" {
		what = "layer " + layer + " in"
	}
	return &Unknown{What: what, Name: strings.Join(text, ", ")}
}

// callsLayer stands where a layer does for the time of calls and of all below them, whatever its layer.
const callsLayer = "calls"

// all reports whether each of the names is the place, the operation, or, of the time of a layer, the service.
func all(names []match.Glob, place, operation, service string, calls bool) bool {
	for _, n := range names {
		if !n.Match(place) && !n.Match(operation) && !n.Match(strings.TrimPrefix(operation, service+" ")) && (calls || !n.Match(service)) {
			return false
		}
	}
	return true
}

// layer returns what tells whether time is of a layer: by the name that a report has for it, else by its category or
// its cause.
func (r *Run) layer(name string) (isIn func(layer, category, cause string) bool, err error) {
	is := match.Glob(name).Match
	switch {
	case name == "":
		return func(string, string, string) bool { return true }, nil
	case slices.ContainsFunc(r.layers(), is):
		return func(layer, _, _ string) bool { return is(layer) }, nil
	case r.hasLayer(name):
		return func(_, category, cause string) bool { return is(category) || is(cause) }, nil
	}
	return nil, &Unknown{"layer", name, r.layers()}
}

func (r *Run) hasLayer(name string) bool {
	is := match.Glob(name).Match
	for i := range r.Cells {
		if c := &r.Cells[i]; is(c.Layer) || is(string(c.Category)) || (c.Cause != "" && is(string(c.Cause))) {
			return true
		}
	}
	return false
}

func (r *Run) layers() []string {
	known := map[string]bool{}
	for i := range r.Cells {
		known[r.Cells[i].Layer] = true
	}
	return slices.Sorted(maps.Keys(known))
}

// names are those of places and operations.
func (r *Run) names() []string {
	known := map[string]bool{}
	for i := range r.Cells {
		known[r.Cells[i].Place()], known[r.Cells[i].Operation] = true, true
	}
	for i := range r.Paths {
		known[r.Paths[i].Place()], known[r.Paths[i].Does.Name] = true, true
	}
	return slices.Sorted(maps.Keys(known))
}
