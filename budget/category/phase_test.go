package category

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
)

func TestTheInnerPhaseCounts(t *testing.T) {
	wantCarved(t, "http.getconn.start 10, http.dns.start 20, http.dns.done 30, http.tls.start 40, http.tls.done 60, http.getconn.done 70",
		"queue 10-20, dns 20-30, queue 30-40, tls 40-60, queue 60-70")
}

func TestRacingDialsAreOneStretchOfConnecting(t *testing.T) {
	wantCarved(t, "http.connect.a:1.start 10, http.connect.b:1.start 20, http.connect.b:1.done 30, http.connect.a:1.done 50",
		"connect 10-30")
}

func TestEventsOutOfOrderCarveTheSame(t *testing.T) {
	wantCarved(t, "http.dns.done 30, http.dns.start 20", "dns 20-30")
}

func TestAPhaseThatNeverEndsIsNone(t *testing.T) {
	wantCarved(t, "http.dns.start 20", "")
}

func TestPhasesStayInsideTheirSpan(t *testing.T) {
	wantCarved(t, "http.dns.start -20, http.dns.done 30, http.send.start 90, http.send.done 130", "dns 0-30, network 90-100")
}

func TestAPageLoadIsRenderedOnceItHasArrived(t *testing.T) {
	s := carvedSpan("documentLoad", "fetchStart 0, responseEnd 30, domInteractive 50, domComplete 80, loadEventEnd 90")
	want := "render 30-50, render 50-80, render 80-90"
	if got := carved(s); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGrpcWaitsFromTheStartOfItsSpan(t *testing.T) {
	for name, want := range map[string]string{"Sent.shop.Pay.Charge": "dns 0-40", "Attempt.shop.Pay.Charge": ""} {
		if got := carved(carvedSpan(name, "Delayed name resolution complete 40")); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestASpanWithoutEventsIsNotCarved(t *testing.T) {
	s := carvedSpan("Sent.shop.Pay.Charge", "")
	s.More = nil
	if got := carved(s); got != "" {
		t.Errorf("got %s", got)
	}
}

func wantCarved(t *testing.T, events, want string) {
	t.Helper()
	if got := carved(carvedSpan("GET", events)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// carvedSpan lasts from 1000 to 1100; the times of its events count from its start.
func carvedSpan(name, events string) *trace.Span {
	s := &trace.Span{Start: 1000, End: 1100, Sig: &trace.Signature{Name: name, Kind: trace.Client}, More: &trace.More{}}
	for _, e := range strings.Split(events, ", ") {
		var at int
		if i := strings.LastIndex(e, " "); i > 0 {
			fmt.Sscan(e[i:], &at)
			s.More.Events = append(s.More.Events, trace.Event{Name: e[:i], At: s.Start + trace.Time(at)})
		}
	}
	return s
}

func carved(s *trace.Span) string {
	var out []string
	for _, st := range Carve(Exemplified().Of(s.Sig).Phases, s) {
		out = append(out, fmt.Sprintf("%s %d-%d", st.Phase.Category, st.From-s.Start, st.To-s.Start))
	}
	return strings.Join(out, ", ")
}

// carvedSlowly looks at every instant by itself, by the letter of Carve's definition.
func carvedSlowly(phases []*Phase, s *trace.Span) map[trace.Time]*Phase {
	at := map[trace.Time]*Phase{}
	events := slices.Clone(s.Events())
	slices.SortStableFunc(events, func(a, b trace.Event) int { return cmp.Compare(a.At, b.At) })
	paint := func(p *Phase, from trace.Time, later []trace.Event) {
		for _, e := range later {
			if match.Glob(p.To).Match(e.Name) {
				for t := max(from, s.Start); t < min(e.At, s.End); t++ {
					at[t] = cmp.Or(at[t], p)
				}
				return
			}
		}
	}
	for _, p := range phases {
		if p.From == "" {
			paint(p, s.Start, events)
			continue
		}
		for i, e := range events {
			if match.Glob(p.From).Match(e.Name) {
				paint(p, e.At, events[i+1:])
			}
		}
	}
	return at
}

func TestCarvingAgreesWithALookAtEveryInstant(t *testing.T) {
	phases := []*Phase{{Rule: "a", From: "a", To: "b"}, {Rule: "b", From: "b", To: "*"}, {Rule: "start", To: "c"}, {Rule: "c", From: "*", To: "c"}}
	rapid.Check(t, func(t *rapid.T) {
		s := &trace.Span{Start: 3, End: 40, Sig: &trace.Signature{}, More: &trace.More{}}
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			s.More.Events = append(s.More.Events, trace.Event{
				Name: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name"), At: trace.Time(rapid.IntRange(0, 45).Draw(t, "at")),
			})
		}
		want, got, last := carvedSlowly(phases, s), map[trace.Time]*Phase{}, s.Start
		for _, st := range Carve(phases, s) {
			if st.From < last || st.From >= st.To {
				t.Fatalf("%+v is out of order", st)
			}
			for at := st.From; at < st.To; at++ {
				got[at] = st.Phase
			}
			last = st.To
		}
		if !maps.Equal(got, want) {
			t.Fatalf("of %v: %v, want %v", s.More.Events, got, want)
		}
	})
}
