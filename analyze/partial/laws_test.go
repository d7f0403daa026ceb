package partial

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// all asks for everything that is collected, and few for that of which little is kept.
var (
	all = attribute.Options{Findings: true, Costs: true, Structures: true}
	few = attribute.Options{Findings: true, Costs: true, Structures: true, Limits: bounded.Limits{Journey: 3, All: 6}}
)

// of collects traces, in some order, as the partial of one part.
func of(t *rapid.T, o attribute.Options, traces [][]trace.Span, part int) *Partial {
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), o)
	for _, i := range rapid.Permutation(numbers(len(traces))).Draw(t, "order") {
		c.Add(trace.Assemble(slices.Clone(traces[i]), trace.Options{}))
	}
	return &Partial{Header: Header{Parts: 4, Received: map[int]Count{part: {Spans: len(traces)}}}, Data: c.Data}
}

func numbers(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

func encoded(t testing.TB, p *Partial) []byte {
	b, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decoded(b []byte, o attribute.Options) (*Partial, error) {
	p, err := Open("file", b)
	if err != nil {
		return nil, err
	}
	return p, p.Into(analyze.NewData(category.BuiltIn(), nil, o))
}

// merged decodes partials and merges them in the order given.
func merged(t testing.TB, o attribute.Options, of ...[]byte) *Partial {
	var whole *Partial
	for _, b := range of {
		p, err := decoded(b, o)
		if err != nil {
			t.Fatal(err)
		}
		if whole == nil {
			whole = p
			continue
		}
		if err := whole.Fits(p); err != nil {
			t.Fatal(err)
		}
		whole.Merge(p)
	}
	return whole
}

// drawnTraces are traces that share names, so that tables of parts meet.
func drawnTraces(t *rapid.T) (traces [][]trace.Span) {
	for i := range rapid.IntRange(0, 16).Draw(t, "traces") {
		spans := slices.Clone(testkit.Spans().Draw(t, "trace"))
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		traces = append(traces, spans)
	}
	return traces
}

func TestMergingIsAssociativeAndCommutativeToTheByte(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := rapid.SampledFrom([]attribute.Options{all, few}).Draw(rt, "options")
		traces := drawnTraces(rt)
		var hands [4][][]trace.Span
		for _, tr := range traces {
			i := rapid.IntRange(0, 3).Draw(rt, "part")
			hands[i] = append(hands[i], tr)
		}
		var texts [4][]byte
		for i := range hands {
			texts[i] = encoded(t, of(rt, o, hands[i], i))
			if again := encoded(t, of(rt, o, hands[i], i)); !bytes.Equal(texts[i], again) {
				rt.Fatal("the order in which requests are met shows")
			}
			if again := encoded(t, merged(t, o, texts[i])); !bytes.Equal(texts[i], again) {
				rt.Fatal("a partial is not the same once it was read")
			}
		}
		want := encoded(t, merged(t, o, texts[:]...))
		order := rapid.Permutation(numbers(4)).Draw(rt, "order")
		a, b, c, d := texts[order[0]], texts[order[1]], texts[order[2]], texts[order[3]]
		if !bytes.Equal(want, encoded(t, merged(t, o, a, b, c, d))) {
			rt.Fatal("the order of merging shows")
		}
		tree := merged(t, o, encoded(t, merged(t, o, a, b)), encoded(t, merged(t, o, c, d)))
		if !bytes.Equal(want, encoded(t, tree)) {
			rt.Fatal("partials of partials differ")
		}
		whole := of(rt, o, traces, 0)
		whole.Received = merged(t, o, texts[:]...).Received
		if !bytes.Equal(want, encoded(t, whole)) {
			rt.Fatal("what was collected at once differs from what was merged")
		}
		got, wanted := tree.Data.Result(nil, analyze.Settings{}), whole.Data.Result(nil, analyze.Settings{})
		got.Ledger, wanted.Ledger, got.Findings, wanted.Findings, got.Costs, wanted.Costs = nil, nil, nil, nil, nil, nil
		if !reflect.DeepEqual(got, wanted) {
			rt.Fatalf("figures of the parts\n%+v\nof the whole\n%+v", got, wanted)
		}
	})
}

func TestFactsAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		traces := drawnTraces(rt)
		if len(traces) == 0 {
			return
		}
		p := of(rt, all, traces, 0)
		b, err := p.EncodeFacts()
		if err != nil {
			rt.Fatal(err)
		}
		facts, err := DecodeFacts(b)
		if err != nil {
			rt.Fatal(err)
		}
		got, want := fmt.Sprintf("%+v", facts.Evidence.Judge()), fmt.Sprintf("%+v", p.Data.Evidence().Judge())
		if got != want {
			rt.Fatalf("%s is judged, and not %s", got, want)
		}
	})
}

// What nobody checked is refused, or is a partial of which a result can be made; never more memory than it is worth.
func FuzzDecode(f *testing.F) {
	for seed := range 3 {
		text := rapid.Custom(func(t *rapid.T) []byte { return encoded(f, of(t, all, drawnTraces(t), 0)) }).Example(seed)
		f.Add(text, false)
		if _, body, err := read(partialKind, text); err == nil {
			f.Add(body, true)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, mend bool) {
		if mend { // so that what is behind the checks is tried, too
			b = mended(b)
		}
		p, err := decoded(b, all)
		if err != nil {
			return
		}
		again := encoded(t, p)
		q, err := decoded(again, all)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if !bytes.Equal(again, encoded(t, q)) {
			t.Fatal("it is not the same once it was read")
		}
		q.Data.Result(nil, analyze.Settings{})
	})
}

// mended takes text for the body of a partial, and puts the rest around it.
func mended(body []byte) []byte {
	head := (&Header{Received: map[int]Count{}})
	h, b := newCoder(head.code), body
	return document(partialKind, h, b, len(b))
}
