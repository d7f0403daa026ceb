package trace_test

import (
	"testing"

	"github.com/longpole/longpole/trace"
)

func TestIdsOfAnyCaseAndLengthAreTheSameId(t *testing.T) {
	want := trace.ID{Lo: 0xabc}
	for _, s := range []string{"abc", "0ABC", "00000000000000000000000000000abc"} {
		if got, ok := trace.ParseID(s); got != want || !ok {
			t.Errorf("%q is %v, %v", s, got, ok)
		}
	}
	if got, ok := trace.ParseID("1230000000000000abc"); got != (trace.ID{Hi: 0x123, Lo: 0xabc}) || !ok {
		t.Errorf("an id of 19 digits is %v, %v", got, ok)
	}
	if got := want.String(); got != "00000000000000000000000000000abc" {
		t.Errorf("it is spelled %s", got)
	}
}

func TestWhatIsNotHexIsNoId(t *testing.T) {
	for _, s := range []string{"", "g", "0x1", "-1", "abc ", "\x10", "@AB", "000000000000000000000000000000000"} {
		if id, ok := trace.ParseID(s); ok {
			t.Errorf("trace id %q is %v", s, id)
		}
	}
	for _, s := range []string{"", "span-A", "12345678901234567"} {
		if id, ok := trace.ParseSpanID(s); ok {
			t.Errorf("span id %q is %v", s, id)
		}
	}
}

func TestKindsAreReadInEverySpelling(t *testing.T) {
	for _, s := range []string{"server", "SERVER", "SPAN_KIND_SERVER", "SpanKind.SERVER"} {
		if k, ok := trace.KindOf(s); k != trace.Server || !ok {
			t.Errorf("%q is %v, %v", s, k, ok)
		}
	}
	for _, s := range []string{"", "observer", "serve", "SPANSERVER"} {
		if k, ok := trace.KindOf(s); ok {
			t.Errorf("%q is %v", s, k)
		}
	}
}
