package doctor

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// examined says what traces are good for, each under a trace id of its own.
func examined(t testing.TB, traces ...[]trace.Span) *Doctor {
	t.Helper()
	reporttest.Number(traces)
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	c, s := analyze.NewCollector(e, attribute.Options{}), quality.NewSurvey()
	for _, spans := range traces {
		c.Ledger.Spans += len(spans)
		r := e.Read(trace.Assemble(spans, trace.Options{}), attribute.Options{})
		c.Look(r)
		s.Look(r)
	}
	c.Ledger.Records = trace.Records{Read: 1204, Whole: 1201, Damaged: 2, Skipped: 1}
	c.Ledger.Files = []trace.FileCount{{Name: "shop.otlp.json", Format: "otlp-json", Bytes: 1_234_567, Spans: c.Ledger.Spans}}
	return New(c.Result(analyze.Settings{}), s.Result())
}

// patient lacks a bit of everything.
func patient(t testing.TB) *Doctor {
	traces := reporttest.ShopTraces(t)
	for range 5 {
		traces = append(traces, testkit.Draw(t, `
			GET server in=web host=a        ==================
			  POST client in=web host=a       ===               peer.service=bank http.method=POST
			  call client in=web host=a           =========     peer.service=pay
			    serve server in=pay host=b                    ======
			  query client in=web host=a                     =  db.system=mysql
			  step lost                        ==
			    inner in=web                   ==
		`), testkit.Draw(t, `
			browse server in=web            ==============================
			  ask internal in=web             ==========
			  log internal in=web               ==============
		`))
	}
	for i := range traces[:40] {
		root := &traces[i][0]
		root.Flags |= trace.Sampled
		root.Threshold = 3 << 54
	}
	return examined(t, traces...)
}

func written(t testing.TB, f page.Format[*page.Page], d *Doctor, s page.Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, &d.Page, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatADoctorSaysOfAPatientIsAsItWasAgreed(t *testing.T) {
	d := patient(t)
	for _, f := range page.Formats {
		testkit.Golden(t, "doctor."+f.Extension, written(t, f, d, page.Style{}))
	}
}

func TestTheFirstLineSaysWhatTheTracesAreGoodFor(t *testing.T) {
	many := func(n int, drawing string) (traces [][]trace.Span) {
		for range n {
			traces = append(traces, testkit.Draw(t, drawing))
		}
		return traces
	}
	whole, lost := "GET server ==========", "GET server lost ==========\n  work  ======"
	for _, c := range []struct {
		traces [][]trace.Span
		want   string
	}{
		{many(80, whole), "Fit for verdicts: 80 of 80 requests are complete, but nothing says how they were sampled."},
		{many(1, whole), "Too few for verdicts: 1 of 1 request is complete; a p95 needs 59 of one journey, and the busiest one has 1."},
		{append(many(98, whole), many(2, lost)...), "Fit for percentiles up to p95: 2 % of the traces miss their root, and slow traces lose spans most."},
		{append(many(62, whole), many(38, lost)...), "Not fit for percentiles: 38 % of the traces miss their root, and slow traces lose spans most."},
		{many(2, lost), "Not fit for verdicts: no trace has its root span (of 2 traces)."},
	} {
		if got := examined(t, c.traces...).Answer.String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestADoctorsJSONIsWhatItsSchemaSays(t *testing.T) {
	schema := reporttest.Published(t, "doctor")
	hostile := testkit.Draw(t, "GET server ==========\n  call client  ====  peer.service=x http.method=GET")
	for i := range hostile {
		hostile[i].Sig.Service = "\x1b[2J<script>\u202e\xff"
	}
	for name, d := range map[string]*Doctor{
		"a patient": patient(t), "a shop": examined(t, reporttest.ShopTraces(t)...), "nothing": examined(t),
		"hostile": examined(t, hostile), "every diagnosis": New(reporttest.Diagnosed(t), &quality.Result{}),
	} {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, page.JSON, d, page.Style{})))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoNameActsInWhatADoctorSays(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		spans := testkit.Draw(t, `
			GET server host=h           ====================
			  POST client host=h          ===                  peer.service=x http.method=POST
			  call client host=h              ===              peer.service=pay
			    serve server host=i                   ===
			  query client host=h                      ==      db.system=mysql
			  step lost                     ==
			    inner                       ==
		`)
		for i := range spans {
			sig := spans[i].Sig
			sig.Service, sig.Name = name, name
			if sig.Host != "" {
				sig.Host += name
			}
			for k := range sig.Attrs {
				sig.Attrs[k].Value = name + "2"
			}
		}
		d := examined(t, spans)
		for _, f := range page.Formats {
			testkit.Harmless(t, f.Name+" of "+strings.ToValidUTF8(name, "?"), written(t, f, d, page.Style{}))
		}
		testkit.Harmless(t, "narrow text", written(t, page.Text, d, page.Style{Width: 1, ASCII: true}))
	}
}

func TestWhatADoctorSaysIsBounded(t *testing.T) {
	var traces [][]trace.Span
	for i := range 3000 {
		spans := testkit.Draw(t, "GET server ==========\n  call client  ====  http.method=GET")
		spans[1].Sig.Attrs = append(spans[1].Sig.Attrs, trace.Attr{Key: "peer.service", Value: strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26)}).Sort()
		traces = append(traces, spans)
	}
	d := examined(t, traces...)
	if n := bytes.Count(written(t, page.Text, d, page.Style{}), []byte("\n")); n > 100 {
		t.Errorf("%d lines of text", n)
	}
	if n := bytes.Count(written(t, page.JSON, d, page.Style{}), []byte(`"caller"`)); n != mostJSONRows {
		t.Errorf("%d rows of json", n)
	}
}
