package testkit_test

import (
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestGeneratedTracesHaveEveryOddityThatALawIsAbout(t *testing.T) {
	met := map[string]int{}
	gen := testkit.Spans()
	for seed := range 1000 {
		for _, what := range odd(gen.Example(seed)) {
			met[what]++
		}
	}
	for _, want := range []string{
		"no root", "orphan", "no length", "follows", "failed", "sampled", "other host", "equal ends", "touching", "fan of 4", "fan of 6", "repeat that touches", "repeat after a wait",
		"over by up to 12 %", "over by 1 ms", "over by a grain less than 1 ms", "over by a grain more than 1 ms",
		"over by 5 %", "over by a grain less than 5 %", "over by a grain more than 5 %", "over by 1 ns",
		"status 200", "status 302", "status 401", "status 408", "status 429", "status 503", "sent again",
	} {
		if met[want] < 2 {
			t.Errorf("%s: met in %d of 1000 traces", want, met[want])
		}
	}
}

// odd names what is unusual in a trace, each once.
func odd(spans []trace.Span) (all []string) {
	met := map[string]bool{}
	note := func(is bool, what string) {
		if is && !met[what] {
			met[what] = true
			all = append(all, what)
		}
	}
	byID := map[trace.SpanID]*trace.Span{}
	for i := range spans {
		byID[spans[i].ID] = &spans[i]
	}
	note(byID[1] == nil || byID[1].Parent != 0, "no root")
	for i := range spans {
		s := &spans[i]
		p := byID[s.Parent]
		status, _ := s.Sig.Attrs.Get("http.response.status_code")
		_, again := s.Sig.Attrs.Get("http.request.resend_count")
		note(s.Parent != 0 && p == nil, "orphan")
		note(s.Start == s.End, "no length")
		note(s.Flags.Has(trace.FollowsFrom), "follows")
		note(s.Flags.Has(trace.Failed), "failed")
		note(s.Flags.Has(trace.Sampled) && s.Threshold > 0, "sampled")
		note(s.Sig.Host == "other", "other host")
		note(status != "", "status "+status)
		note(again, "sent again")
		if p != nil {
			overruns(note, s.End.Sub(p.End), p.Duration())
		}
		siblings(note, spans, s)
	}
	return all
}

func overruns(note func(bool, string), over, parent time.Duration) {
	note(over == 1, "over by 1 ns")
	note(over > parent/20 && over <= parent*12/100, "over by up to 12 %")
	for name, limit := range map[string]time.Duration{"1 ms": time.Millisecond, "5 %": parent / 20} {
		if limit < time.Millisecond {
			continue
		}
		note(over == limit, "over by "+name)
		note(over == limit-1 || over == limit-time.Microsecond, "over by a grain less than "+name)
		note(over == limit+1 || over == limit+time.Microsecond, "over by a grain more than "+name)
	}
}

func siblings(note func(bool, string), spans []trace.Span, s *trace.Span) {
	together := 0
	for i := range spans {
		o := &spans[i]
		if o.Parent != s.Parent {
			continue
		}
		note(o.ID != s.ID && o.End == s.End && o.Start != s.Start, "equal ends")
		repeat := s.Flags.Has(trace.Failed) && o.Sig.Name == s.Sig.Name && o.Sig.Service == s.Sig.Service && o.Sig.Kind == s.Sig.Kind
		note(repeat && o.Start == s.End && s.Start < s.End, "repeat that touches")
		note(repeat && o.Start > s.End && s.Start < s.End, "repeat after a wait")
		note(o.Start == s.End && s.Start < s.End && o.Start < o.End, "touching")
		if o.Sig.Name == s.Sig.Name && o.Sig.Service == s.Sig.Service && o.Sig.Kind == s.Sig.Kind && o.Start < s.End && o.End >= s.End {
			together++
		}
	}
	note(together == 4, "fan of 4")
	note(together == 6, "fan of 6")
}
