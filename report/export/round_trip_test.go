package export_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

func written(t testing.TB, f export.Format, traces ...[]trace.Span) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, slices.Values(traces)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reread writes spans in f and reads them as a stranger would: the format is told by content.
func reread(t testing.TB, f export.Format, spans []trace.Span) []trace.Span {
	t.Helper()
	read, err := ingest.ReadBytes("any", written(t, f, spans), ingest.Options{})
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	var back []trace.Span
	for s := range read.Traces() {
		back = append(back, s...)
	}
	return back
}

// spelled writes all that must survive of each span, a line a span, in order.
func spelled(spans []trace.Span) string {
	var lines []string
	for i := range spans {
		s := &spans[i]
		line := fmt.Sprintf("%s %s<%s %d..%d %s/%s %s host=%q scope=%q flags=%b th=%x", s.Trace, s.ID, s.Parent, s.Start, s.End,
			s.Sig.Service, s.Sig.Name, s.Sig.Kind, s.Sig.Host, s.Sig.Scope, s.Flags, s.Threshold)
		lines = append(lines, line+fmt.Sprint(" ", s.Events(), s.Links()))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestWhatIsNotListedAsLostComesBackFromEveryFormat(t *testing.T) {
	for _, f := range export.Formats {
		t.Run(f.Name, func(t *testing.T) {
			whole := 0
			rapid.Check(t, func(r *rapid.T) {
				spans := decorated(r)
				kept := slices.DeleteFunc(slices.Clone(spans), func(s trace.Span) bool {
					return len(f.Lost(slices.Values([][]trace.Span{{s}}))) > 0
				})
				if len(kept) == 0 {
					return
				}
				whole += len(kept)
				if got, want := spelled(reread(t, f, kept)), spelled(kept); got != want {
					r.Fatalf("wrote\n%s\nread\n%s", want, got)
				}
			})
			if whole < 20 {
				t.Errorf("only %d spans had nothing to lose", whole)
			}
		})
	}
}

// decorated are generated spans with something rare about each of them.
func decorated(r *rapid.T) []trace.Span {
	spans := testkit.Spans().Draw(r, "spans")
	for i := range spans {
		s := &spans[i]
		s.Sig.Host = ""
		switch rapid.IntRange(0, 12).Draw(r, "rarity") {
		case 0:
			s.Flags |= trace.Unfinished
			s.End = s.Start
		case 1:
			s.Flags |= trace.Shared
		case 2:
			s.Flags |= trace.Sampled
			s.Threshold = rapid.Uint64Range(0, 1<<56-1).Draw(r, "threshold")
		case 3:
			s.Sig.Host = rapid.SampledFrom([]string{"web-1", "10.0.0.7", "fe80::1"}).Draw(r, "host")
		case 4:
			s.Sig.Scope = "otelhttp"
		case 5:
			s.More = &trace.More{Links: []trace.Link{{Trace: trace.ID{Hi: 1, Lo: rapid.Uint64Range(6, 8).Draw(r, "link")}, Span: 5}}}
		case 6:
			s.More = &trace.More{Links: []trace.Link{{Trace: s.Trace, Span: 1}}}
		case 8:
			if s.Parent != 0 {
				s.Flags |= rapid.SampledFrom([]trace.Flags{trace.RemoteParent, trace.LocalParent}).Draw(r, "where the parent is")
			}
		case 7:
			s.More = &trace.More{Events: []trace.Event{{Name: "http.dns.start", At: s.Start}, {Name: "http.dns.done", At: s.End}}}
		}
	}
	return spans
}

// Without this, a loss that never happens could stand in the table.
func TestEveryLossIsReal(t *testing.T) {
	for _, f := range export.Formats {
		for _, l := range f.Loses {
			if !slices.ContainsFunc(odd(), func(s trace.Span) bool { return loses(t, f, l, s) }) {
				t.Errorf("%s does not lose %s", f.Name, l.What)
			}
		}
	}
}

// loses reports whether l is said to be all that s loses in f, and s comes back changed.
func loses(t *testing.T, f export.Format, l export.Loss, s trace.Span) bool {
	one := []trace.Span{s}
	lost := f.Lost(slices.Values([][]trace.Span{one}))
	if len(lost) != 1 || lost[0].What != l.What {
		return false
	}
	back := reread(t, f, one)
	return spelled(back) != spelled(one) || len(back[0].Sig.Resource) != len(s.Sig.Resource)
}

// odd are spans with one thing each that some format has no place for.
func odd() (spans []trace.Span) {
	for _, alter := range []func(*trace.Span){
		func(s *trace.Span) { s.End++ },
		func(s *trace.Span) { s.End = s.Start },
		func(s *trace.Span) { s.End, s.Flags = s.Start, trace.Unfinished },
		func(s *trace.Span) { s.Flags = trace.Shared },
		func(s *trace.Span) { s.Flags, s.Parent = trace.FollowsFrom, 5 },
		func(s *trace.Span) { s.Flags, s.Parent = trace.RemoteParent, 5 },
		func(s *trace.Span) { s.Flags, s.Threshold = trace.Sampled, 1<<55 },
		func(s *trace.Span) { s.More = &trace.More{Links: []trace.Link{{Trace: s.Trace, Span: 5}}} },
		func(s *trace.Span) { s.Sig.Kind = trace.Internal },
		func(s *trace.Span) { s.Sig.Scope = "otelhttp" },
		func(s *trace.Span) { s.Sig.Host = "web-1" },
		func(s *trace.Span) { s.Sig.Resource = trace.Attrs{{Key: "service.version", Value: "7"}} },
	} {
		s := trace.Span{
			Trace: trace.ID{Lo: 7}, ID: 9, Start: testkit.Epoch, End: testkit.Epoch.Add(time.Second),
			Sig: &trace.Signature{Service: "web", Name: "get", Kind: trace.Server},
		}
		alter(&s)
		spans = append(spans, s)
	}
	return spans
}

func TestAttributesComeBackAsText(t *testing.T) {
	sig := &trace.Signature{
		Service: "web", Name: "get", Kind: trace.Client, Scope: "otelhttp", Host: "web-1",
		Attrs:    trace.Attrs{{Key: "error", Value: "timeout"}, {Key: "http.route", Value: "/a|b"}, {Key: "span.kind", Value: "client"}},
		Resource: trace.Attrs{{Key: "host.name", Value: "web-1"}, {Key: "service.version", Value: "7"}},
	}
	span := trace.Span{Trace: trace.ID{Lo: 7}, ID: 9, Start: testkit.Epoch, End: testkit.Epoch + 1000, Sig: sig, Flags: trace.Failed}
	for _, f := range export.Formats {
		back := reread(t, f, []trace.Span{span})[0]
		for _, want := range slices.Concat(sig.Attrs, sig.Resource) {
			if got, ok := back.Sig.Attr(want.Key); got != want.Value {
				t.Errorf("%s: %s is %q (%v), want %q", f.Name, want.Key, got, ok, want.Value)
			}
		}
		if !back.Flags.Has(trace.Failed) {
			t.Errorf("%s: the failure is gone", f.Name)
		}
	}
}

func TestASpanThatCameFromJaegerGetsNoTagTwice(t *testing.T) {
	spans := testkit.Draw(t, "call client failed span.kind=client ===")
	spans[0].Sig.Attrs = append(spans[0].Sig.Attrs, trace.Attr{Key: "error", Value: "true"}, trace.Attr{Key: "otel.scope.name", Value: "drawn"}).Sort()
	f := export.Jaeger
	text := string(written(t, f, spans))
	for _, tag := range []string{`"span.kind"`, `"error"`, `"otel.scope.name"`} {
		if n := strings.Count(text, tag); n != 1 {
			t.Errorf("%s stands %d times in %s", tag, n, text)
		}
	}
}

func TestATraceOfEachFormatOfOneRunIsReadAsOne(t *testing.T) {
	spans := testkit.Draw(t, `
		GET server        ==========
		  call client       ======    peer.service=pay
		    serve server     ====     in=pay failed
	`)
	names := func(spans []trace.Span) (all []string) {
		for _, s := range spans {
			all = append(all, s.Sig.Service+" "+s.Sig.Name)
		}
		return all
	}
	for _, f := range export.Formats {
		if got, want := names(reread(t, f, spans)), names(spans); !slices.Equal(got, want) {
			t.Errorf("%s gives %q, want %q", f.Name, got, want)
		}
	}
}

func named(name string) export.Format {
	return export.Formats[slices.IndexFunc(export.Formats, func(f export.Format) bool { return f.Name == name })]
}
