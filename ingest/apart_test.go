package ingest

import (
	"testing"

	"github.com/longpole/longpole/trace"
)

func tenantsApart(key string) bool { return key == "tenant.id" }

func TestAttributesApartAreNotInTheSignature(t *testing.T) {
	s := read(t, doc(
		span(1, `name="n"`, `attributes=[{"key":"tenant.id","value":{"stringValue":"a"}},{"key":"k","value":{"stringValue":"v"}}]`),
		span(2, `name="n"`, `attributes=[{"key":"k","value":{"stringValue":"v"}},{"key":"tenant.id","value":{"stringValue":"b"}}]`),
	), Options{Apart: tenantsApart})
	for spans := range s.Traces() {
		a, b := &spans[0], &spans[1]
		if a.Sig != b.Sig || len(a.Sig.Attrs) != 1 {
			t.Errorf("signatures %v and %v are not one with k alone", a.Sig, b.Sig)
		}
		if v, _ := a.Attr("tenant.id"); v != "a" {
			t.Errorf("the first tenant is %q", v)
		}
		if v, _ := b.Attr("tenant.id"); v != "b" {
			t.Errorf("the second tenant is %q", v)
		}
	}
}

func TestSpansWithTheSameAttributesApartShareThem(t *testing.T) {
	attrs := `attributes=[{"key":"tenant.id","value":{"stringValue":"a"}}]`
	event := `events=[{"name":"cache.miss","timeUnixNano":"1780000000000000004"}]`
	for _, memory := range []int64{0, 1} {
		s := read(t, doc(span(1, attrs), span(2, attrs), span(3, attrs, event)), Options{Apart: tenantsApart, MaxMemory: memory})
		var first trace.Attrs
		for spans := range s.Traces() {
			for i := range spans {
				apart := spans[i].Apart()
				if first == nil {
					first = apart
				}
				if len(apart) != 1 || &apart[0] != &first[0] {
					t.Errorf("with a limit of %d: span %d has %v of its own", memory, i, apart)
				}
			}
			if n := len(spans[2].Events()); n != 1 {
				t.Errorf("with a limit of %d: %d events", memory, n)
			}
		}
		s.Close()
	}
}

func TestSpansThatDifferInAnAttributeApartAreNoDuplicates(t *testing.T) {
	s := read(t, doc(
		span(1, `name="n"`, `attributes=[{"key":"tenant.id","value":{"stringValue":"a"}}]`),
		span(1, `name="n"`, `attributes=[{"key":"tenant.id","value":{"stringValue":"b"}}]`),
	), Options{Apart: tenantsApart})
	for spans := range s.Traces() {
		if tr := trace.Assemble(spans, trace.Options{}); len(tr.Notes) != 2 || tr.Notes[0].Code.ID != trace.ConflictingSpan.ID {
			t.Errorf("the notes are %v", tr.Notes)
		}
	}
}
