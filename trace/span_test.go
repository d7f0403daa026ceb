package trace_test

import (
	"slices"
	"testing"

	"github.com/longpole/longpole/trace"
)

func TestAnAttributeIsThatOfTheSpanElseThatOfItsResource(t *testing.T) {
	s := trace.Span{
		Sig: &trace.Signature{
			Attrs:    trace.Attrs{{Key: "a", Value: "span"}, {Key: "b", Value: "span"}},
			Resource: trace.Attrs{{Key: "a", Value: "resource"}, {Key: "b", Value: "resource"}, {Key: "c", Value: "resource"}},
		},
		More: &trace.More{Attrs: trace.Attrs{{Key: "a", Value: "apart"}}},
	}
	for key, want := range map[string][2]string{"a": {"apart", "span"}, "b": {"span", "span"}, "c": {"resource", "resource"}} {
		ofSpan, _ := s.Attr(key)
		ofSignature, _ := s.Sig.Attr(key)
		if got := [2]string{ofSpan, ofSignature}; got != want {
			t.Errorf("%s of the span and of its signature is %v, want %v", key, got, want)
		}
	}
	if _, ok := s.Attr("d"); ok {
		t.Error("there is no d")
	}
}

func TestOfAttributesThatShareAKeyTheFirstCounts(t *testing.T) {
	got := trace.Attrs{{Key: "b", Value: "1"}, {Key: "a", Value: "2"}, {Key: "b", Value: "3"}}.Sort()
	if want := (trace.Attrs{{Key: "a", Value: "2"}, {Key: "b", Value: "1"}}); !slices.Equal(got, want) {
		t.Errorf("they are %v, want %v", got, want)
	}
}
