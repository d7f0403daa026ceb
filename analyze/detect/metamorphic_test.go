package detect_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/trace"
)

// A change makes other traces of the same requests.
type change struct {
	name string
	make func([][]trace.Span) [][]trace.Span
	// again says that there are twice as many: what they show may be surer then.
	again bool
	// named says that what the finding is about has another name.
	named bool
}

var changes = []change{
	{name: "all an hour later", make: func(all [][]trace.Span) [][]trace.Span {
		for i := range all {
			moved(all[i], time.Hour)
		}
		return all
	}},
	{name: "spans and traces in another order", make: func(all [][]trace.Span) [][]trace.Span {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range all {
			r.Shuffle(len(all[i]), func(a, b int) { all[i][a], all[i][b] = all[i][b], all[i][a] })
		}
		r.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		return all
	}},
	{name: "other ids", make: func(all [][]trace.Span) [][]trace.Span {
		for i := range all {
			for k := range all[i] {
				s := &all[i][k]
				s.Trace.Hi = 99
				s.ID += 1 << 40
				if s.Parent != 0 {
					s.Parent += 1 << 40
				}
			}
		}
		return all
	}},
	{name: "all of them twice, the second time a day later", again: true, make: func(all [][]trace.Span) [][]trace.Span {
		for _, spans := range slices.Clone(all) {
			more := moved(slices.Clone(spans), 24*time.Hour)
			for k := range more {
				more[k].Trace.Hi = 8
			}
			all = append(all, more)
		}
		return all
	}},
	{name: "other services", named: true, make: func(all [][]trace.Span) [][]trace.Span {
		other := map[*trace.Signature]*trace.Signature{}
		for i := range all {
			for k := range all[i] {
				all[i][k].Sig = renamed(all[i][k].Sig, other)
			}
		}
		return all
	}},
	{name: "a span that has nothing to do with it", make: func(all [][]trace.Span) [][]trace.Span {
		for i := range all {
			root := all[i][0]
			all[i] = append(all[i], trace.Span{
				Trace: root.Trace, ID: 1 << 50, Parent: root.ID, Start: root.Start, End: root.Start,
				Sig: &trace.Signature{Service: "web", Name: "mark", Kind: trace.Internal},
			})
		}
		return all
	}},
}

// renamed has the services and callees of a signature with an x before their names.
func renamed(sig *trace.Signature, known map[*trace.Signature]*trace.Signature) *trace.Signature {
	if known[sig] == nil {
		s := *sig
		s.Service = "x-" + s.Service
		s.Attrs = slices.Clone(s.Attrs)
		for i := range s.Attrs {
			if s.Attrs[i].Key == "peer.service" {
				s.Attrs[i].Value = "x-" + s.Attrs[i].Value
			}
		}
		known[sig] = &s
	}
	return known[sig]
}

func TestWhatChangesNothingChangesNoFinding(t *testing.T) {
	for _, s := range scenarios {
		before := of(s.found(t, 1, s.slow), s.id)
		for _, c := range changes {
			t.Run(s.id+" "+c.name, func(t *testing.T) {
				if c.named && s.plan != "" {
					t.Skip("the plan names services")
				}
				after := of(found(t, s.planned(t), 1, c.make(s.traces(t, s.slow))), s.id)
				if after == nil || (after.Level != before.Level && !c.again) || after.Level < before.Level || (after.Subject != before.Subject && !c.named) || after.Stake != before.Stake {
					t.Fatalf("was %s\nis  %s", told(before), told(after))
				}
				requests := before.Requests
				if c.again {
					requests *= 2
				}
				if after.Requests != requests {
					t.Errorf("shown by %d requests, by %d before", after.Requests, before.Requests)
				}
			})
		}
	}
}

// A request fewer than it takes shows nothing: three, or as many as the detector asks for.
func TestOneRequestFewerThanItTakesShowsNothing(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.id, func(t *testing.T) {
			s := s.quiet()
			s.few = 2
			switch s.id {
			case "LP013": // one is enough, of as many calls as it asks for
				s.many, s.few = 294, 5
			case "LP011": // which counts the requests that met another
				s.few = 20
			}
			if f := of(s.found(t, 1, s.slow), s.id); f != nil {
				t.Errorf("%s, shown by %d of %d", f.Name, f.Requests, f.Of)
			}
		})
	}
}

func TestFindingsDoNotDependOnHowManyCollectorsShareTheWork(t *testing.T) {
	for _, s := range scenarios {
		one := s.found(t, 1, s.slow)
		for _, workers := range []int{2, 5} {
			many := s.found(t, workers, s.slow)
			if !slices.Equal(tellAll(one), tellAll(many)) {
				t.Errorf("%s: one collector found %v\n%d found %v", s.id, tellAll(one), workers, tellAll(many))
			}
		}
	}
}

func told(f *detect.Finding) string {
	if f == nil {
		return "nothing"
	}
	text := f.ID + " " + f.Place() + " " + f.Operation + " " + f.Other + " " + f.Level.String() + " " + f.Stake.String() + f.Typical.String() + f.Slow.String()
	for _, g := range f.Figures {
		text += " " + g.Name + g.Text + time.Duration(g.Value).String()
		for _, d := range g.Times {
			text += d.String()
		}
	}
	for _, e := range f.Exemplars {
		text += e.Trace.String()
	}
	return text
}

func tellAll(all []*detect.Finding) (out []string) {
	for _, f := range all {
		out = append(out, told(f))
		out = append(out, tellAll(f.With)...)
	}
	return out
}
