package attribute

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// nested is how many spans of one call are looked through for the call itself; what lies deeper
// is no step of it.
const nested = 8

// places is what is known of the calls of a trace, by span; of most it is never asked.
type places struct {
	kinship
	called   int32  // the call whose server was asked for last
	answered string // that server
	lookups  map[int32]critpath.Spells
}

func (p *places) begin() {
	p.called = trace.None
	clear(p.lookups)
}

// callee returns the other side of the call that span i makes, or is a step of.
//
//	POST client            ==============     the call: web -> payment
//	  http.getconn          =======           a step, in which
//	    http.dns             ===              is another: web -> payment, too
func (r *places) callee(i int32) string {
	call := r.callOf(i)
	if call == trace.None {
		return r.is[i].Peer
	}
	if service := r.server(call); service != "" {
		return service
	}
	if by := r.carriedBy(call); by != trace.None {
		call = by
	}
	return cmp.Or(r.is[call].Peer, r.is[i].Peer)
}

// callOf returns the call that span i is or is a step of; None if there is none.
func (r *places) callOf(i int32) int32 {
	for range nested {
		if m := r.is[i]; m.Remote || !m.Step && !m.Transport {
			break
		}
		if i = r.Trace.Parent(i); i == trace.None {
			return i
		}
	}
	if !r.is[i].Remote {
		return trace.None
	}
	return i
}

// carriedBy returns the call that span i only carries: the HTTP request of a database's client,
// one attempt of an SDK. None if it carries none.
//
//	search client, db.system=elasticsearch  =========
//	  POST client                            =======     db, too, and at the same place
func (r *places) carriedBy(i int32) int32 {
	carried := trace.None
	for at := range nested {
		if m := r.is[i]; !m.Transport || at == 0 && r.server(i) != "" {
			break
		}
		attempt := !r.is[i].Remote
		if i = r.Trace.Parent(i); i == trace.None {
			break
		}
		if m := r.is[i]; m.Names || attempt && m.Remote {
			carried = i
		}
	}
	return carried
}

// server returns the service that answered the call i, "" if its span is not there.
func (r *places) server(i int32) string {
	if r.called == i {
		return r.answered
	}
	r.called, r.answered = i, ""
	for _, k := range r.Trace.Children(i) {
		if r.is[k].kind == trace.Server {
			r.answered = r.Service(k)
			break
		}
	}
	return r.answered
}

// lookedUp returns when names were looked up while span i opened a connection: in the nearest of
// the spans around it, as far as they belong to the same call, that has such a child.
//
//	GET client          ==================
//	  tls.connect        ==============
//	    tcp.connect       ===========
//	  dns.lookup           ======            Node writes it beside, not below
func (r *places) lookedUp(i int32) critpath.Spells {
	for range nested {
		if m := r.is[i]; m.Remote || !m.Step {
			return nil
		}
		if i = r.Trace.Parent(i); i == trace.None {
			return nil
		}
		if m := r.is[i]; !m.Remote && !m.Step {
			return nil
		}
		if found := r.lookupsBelow(i); len(found) > 0 {
			return found
		}
	}
	return nil
}

func (r *places) lookupsBelow(i int32) critpath.Spells {
	if found, known := r.lookups[i]; known {
		return found
	}
	var spells []critpath.Spell
	for _, k := range r.Trace.Children(i) {
		if s := &r.Trace.Spans[k]; r.is[k].Category == category.DNS && s.Start < s.End {
			spells = append(spells, critpath.Spell{From: s.Start, To: s.End})
		}
	}
	found := critpath.Union(spells)
	if r.lookups == nil {
		r.lookups = map[int32]critpath.Spells{}
	}
	r.lookups[i] = found
	return found
}

// addConnecting appends a segment in which a connection was opened, cut at the lookups in it.
func (r *pathfinder) addConnecting(s *critpath.Segment, w *What) {
	lookups := r.lookedUp(s.Span)
	if len(lookups) == 0 {
		r.add(s, s.From, s.To, w)
		return
	}
	lookup := *w
	lookup.Category, lookup.Rule = category.DNS, "structure/lookup-inside-a-connect"
	lookups.Cut(s.From, s.To, func(from, to trace.Time, inside bool) {
		if inside {
			r.add(s, from, to, &lookup)
		} else {
			r.add(s, from, to, w)
		}
	})
}

// Forwards returns whom a proxy waited for, if that somebody has no span: then the time is not
// the proxy's, which adds milliseconds. "" if there is one, or none is named.
func (r *places) Forwards(i int32) string {
	upstream := r.is[i].Upstream
	if upstream == "" || r.server(i) != "" {
		return ""
	}
	for _, k := range r.Trace.Children(i) {
		if m := r.is[k]; r.Service(k) != r.Service(i) || m.Remote && m.Peer == upstream {
			return ""
		}
	}
	return upstream
}

// A loss is the time that an attempt which failed cost, and the call that was attempted.
type loss struct {
	critpath.Spell
	caller, callee string
}

// lose notes that an attempt at the call c cost the time of spell.
func (r *pathfinder) lose(c int32, spell critpath.Spell) {
	if callee := r.callee(c); callee != "" && callee != r.Service(c) {
		r.losses = append(r.losses, loss{spell, r.Service(c), callee})
	}
}

// placeRetries puts the time of attempts that failed, whoever spent it, where the call was made.
// Attempts in attempts are at the place of the outer ones.
func (r *pathfinder) placeRetries() {
	if len(r.losses) == 0 {
		return
	}
	slices.SortStableFunc(r.losses, func(a, b loss) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To))
	})
	losses := r.losses
	for i := range r.pieces {
		p := &r.pieces[i]
		for len(losses) > 0 && losses[0].To <= p.From {
			losses = losses[1:]
		}
		if len(losses) > 0 && losses[0].From <= p.From && p.Cause == category.Retry {
			w := *p.What
			w.Caller, w.Callee, w.Open = losses[0].caller, losses[0].callee, false
			p.What = r.unplanned(p.Span, &w)
		}
	}
	r.losses = r.losses[:0]
}
