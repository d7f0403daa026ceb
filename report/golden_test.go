package report

import (
	"bytes"
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func written(t testing.TB, f Format, r *Report, s Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryOutputOfAShopIsAsItWasAgreed(t *testing.T) {
	r := New(shop(t), Options{})
	for _, f := range Formats {
		t.Run(f.Name, func(t *testing.T) {
			testkit.Golden(t, "shop."+f.Extension, written(t, f, r, Style{}))
		})
	}
}

func TestOneRequestIsReportedWithoutATail(t *testing.T) {
	r := New(collected(t, checkout(t, 180, 17)), Options{Input: "one.json"})
	testkit.Golden(t, "one.txt", written(t, text, r, Style{}))
}

func TestANarrowTerminalWithoutUnicodeGetsWhatMattersMost(t *testing.T) {
	r := New(shop(t), Options{})
	testkit.Golden(t, "narrow.txt", written(t, text, r, Style{Width: 50, ASCII: true}))
}

func TestColourOnlyRepeatsWhatTheWordsSay(t *testing.T) {
	r := New(shop(t), Options{})
	plain, coloured := written(t, text, r, Style{}), written(t, text, r, Style{Color: true})
	if bytes.Contains(plain, []byte("\x1b")) {
		t.Error("plain text holds an escape sequence")
	}
	for _, c := range colours {
		coloured = bytes.ReplaceAll(coloured, []byte(c), nil)
	}
	coloured = bytes.ReplaceAll(coloured, []byte("\x1b[0m"), nil)
	if !bytes.Equal(plain, coloured) {
		testkit.Golden(t, "coloured.txt", coloured)
		t.Error("without its colours the coloured text is another one")
	}
}

func TestTheOrderOfReadingDoesNotShow(t *testing.T) {
	forward, backward := shopTraces(t), shopTraces(t)
	number(forward)
	number(backward)
	slices.Reverse(backward)
	a, b := New(analysed(forward), Options{}), New(analysed(backward), Options{})
	for _, f := range Formats {
		if !bytes.Equal(written(t, f, a, Style{}), written(t, f, b, Style{})) {
			t.Errorf("%s depends on the order of the traces", f.Name)
		}
	}
}

func waterfall(t testing.TB, tr *trace.Trace) *Waterfall {
	t.Helper()
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	return NewWaterfall(tr, whole(tr, e), e)
}

func explained(t testing.TB, tr *trace.Trace, id trace.SpanID) *Explanation {
	t.Helper()
	at, ok := tr.Find(id)
	if !ok {
		t.Fatalf("no span %s", id)
	}
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	return NewExplanation(tr, whole(tr, e), at, e)
}

func drawnText(t testing.TB, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func waterfallText(t testing.TB, tr *trace.Trace, s Style) string {
	return drawnText(t, func(b *bytes.Buffer) error { return waterfall(t, tr).WriteText(b, s) })
}

func explanationText(t testing.TB, tr *trace.Trace, id trace.SpanID) string {
	return drawnText(t, func(b *bytes.Buffer) error { return explained(t, tr, id).WriteText(b, Style{}) })
}

// skewed is a trace with everything that a waterfall can say of a span.
func skewed(t testing.TB) *trace.Trace {
	return trace.Assemble(skewedSpans(t), trace.Options{})
}

const skewedDrawing = `
		GET_/search server in=web host=a          ==============================
		  ask client in=web host=a                 ==========================
		    ask server in=index host=b   ========================
		  lookup client failed in=web db.system=redis  ==
		  lost server lost in=web                    =====
		    query client in=web db.system=mysql       ===
		  log follows in=web                               =====================
	`

func TestAWaterfallIsAsItWasAgreed(t *testing.T) {
	for name, tr := range map[string]*trace.Trace{
		"checkout": trace.Assemble(checkout(t, 180, 17), trace.Options{}),
		"search":   trace.Assemble(search(t, 50), trace.Options{}),
		"skewed":   skewed(t),
	} {
		testkit.Golden(t, "waterfall-"+name+".txt", []byte(waterfallText(t, tr, Style{Width: 100})))
		testkit.Golden(t, "waterfall-"+name+".json", []byte(drawnText(t, func(b *bytes.Buffer) error { return waterfall(t, tr).WriteJSON(b) })))
	}
}

func TestAnExplanationIsAsItWasAgreed(t *testing.T) {
	tr := trace.Assemble(search(t, 50), trace.Options{})
	var all bytes.Buffer
	for id := range trace.SpanID(6) {
		all.WriteString(explanationText(t, tr, id+1) + "\n\n")
	}
	testkit.Golden(t, "explanation-search.txt", all.Bytes())
	testkit.Golden(t, "explanation-search.json", []byte(drawnText(t, func(b *bytes.Buffer) error { return explained(t, tr, 2).WriteJSON(b) })))
}
