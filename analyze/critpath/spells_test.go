package critpath_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

func TestAUnionCoversWhatAnySpellCoversAndNothingElse(t *testing.T) {
	spell := rapid.Custom(func(t *rapid.T) critpath.Spell {
		from := rapid.IntRange(0, 40).Draw(t, "from")
		return critpath.Spell{From: trace.Time(from), To: trace.Time(from + rapid.IntRange(1, 10).Draw(t, "length"))}
	})
	rapid.Check(t, func(t *rapid.T) {
		spells := rapid.SliceOfN(spell, 0, 8).Draw(t, "spells")
		var covered [60]bool
		for _, s := range spells {
			for at := s.From; at < s.To; at++ {
				covered[at] = true
			}
		}
		union := critpath.Union(spells)
		at := trace.Time(0)
		union.Cut(0, 60, func(from, to trace.Time, inside bool) {
			if from != at {
				t.Fatalf("a piece begins at %d, not %d", from, at)
			}
			for ; at < to; at++ {
				if covered[at] != inside {
					t.Fatalf("at %d: covered %v, inside %v", at, covered[at], inside)
				}
			}
		})
		if at != 60 {
			t.Fatalf("the pieces end at %d", at)
		}
	})
}

func TestATouchingSpellIsTheSameSpell(t *testing.T) {
	union := critpath.Union([]critpath.Spell{{From: 5, To: 7}, {From: 1, To: 3}, {From: 3, To: 5}})
	if got := fmt.Sprint(union); got != "[{1 7}]" {
		t.Errorf("the union is %s", got)
	}
}

func TestAWaitIsSaidInWords(t *testing.T) {
	for v := critpath.Blocking; v <= critpath.AfterReturn; v++ {
		if text := v.String(); text == "" || v.IsAsync() != strings.HasPrefix(text, "asynchronous: ") {
			t.Errorf("wait %d is %q", v, text)
		}
	}
}

func TestAPlanOverrulesWhatTheTimesSay(t *testing.T) {
	for _, c := range []struct {
		verdict critpath.Wait
		child   trace.Span
		want    critpath.Wait
	}{
		{critpath.Blocking, trace.Span{Start: 20, End: 30}, critpath.Blocking},         // starts after its parent
		{critpath.DeclaredAsync, trace.Span{Start: 2, End: 5}, critpath.DeclaredAsync}, // lies within it
	} {
		parent := trace.Span{Start: 0, End: 10, Sig: &trace.Signature{}}
		c.child.Sig = &trace.Signature{Name: "audit"}
		overrule := func(sig *trace.Signature) (critpath.Wait, bool) { return c.verdict, sig.Name == "audit" }
		if got := critpath.WaitOf(&parent, &c.child, overrule); got != c.want {
			t.Errorf("judged %v, want %v", got, c.want)
		}
	}
}
