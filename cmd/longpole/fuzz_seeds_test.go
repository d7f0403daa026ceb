package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// planOfAll holds every request against limits of every kind.
const planOfAll = `version: 1
journeys:
  anything:
    owner: everybody
    root: {kind: [server, client, internal, producer, consumer]}
    target: p95 < 400ms
    layers:
      again:  {cause: [retry, fanout], budget: 10ms}
      store:  {category: [db, cache, storage], budget: 70ms}
      calls:  {budget: 100ms, category: [external, network], match: {kind: client}}
      behind: {budget: 50ms, under: {service: "*e*"}}
      margin: {}
    assert:
      - p50 < 1ms
      - mean < 200ms
      - p95{region=eu-*} < 450ms
      - store.p95 < 80ms
      - regression(p95) < 5%
      - regression(store.p50) < 5%
      - retries.amplification < 1.2
      - errors.share < 0.5%
      - store.budget.share < 1%
  lost:
    root: {service: nobody}
    target: p99 < 1s
slices: {region: cloud.region}
async: [{service: audit}]
`

// seedRuns adds small recordings of every kind: samples of every format, drawn scenarios, and
// some traces of real recordings, each in another format; and drawn ones edited and damaged.
func seedRuns(f *testing.F) {
	f.Helper()
	var seeds [][2][]byte
	add := func(text, edits []byte) { seeds = append(seeds, [2][]byte{text, edits}) }
	for _, pattern := range []string{"ingest/testdata/formats/*", "testdata/scenarios/[c-d]*/trace.zipkin.json", "testdata/scenarios/[m-n]*/trace.otlp.pb", "testdata/scenarios/pa*/trace.jaeger.pb"} {
		for _, text := range filesLike(f, pattern) {
			add(text, []byte{})
		}
	}
	for i, text := range recordedSeeds(f) {
		add(text, []byte{byte(1 << (i % 8))})
	}
	drawn := append(filesLike(f, "testdata/scenarios/*/trace.otlp.jsonl"), filesLike(f, "testdata/scenarios/[p-z]*/trace.jaeger.json")...)
	for i := range everyEdit {
		add(drawn[i], editing(16, i, 97*i, 12*i+1))
	}
	for _, damage := range [][2]string{{`"spanId":"0`, `"spanId":"z`}, {`"endTimeUnixNano":"17`, `"endTimeUnixNano":"16`}, {`"startTimeUnixNano":"`, `"startTimeUnixNano":"-`}, {`"name"`, `"nam\x00`}} {
		add(bytes.Replace(bytes.Join(drawn[:2], nil), []byte(damage[0]), []byte(damage[1]), 1), []byte{})
	}
	for _, text := range filesLike(f, "testdata/scenarios/f*-*/trace.otlp.jsonl") {
		add(text, editing(0, len(everyEdit)-1, 0, 70))
	}
	addSome(f, seeds, 8)
}

// addSome adds so many of the seeds, or all of them where the fuzzer runs or laws are held to the whole.
func addSome(f *testing.F, seeds [][2][]byte, n int) {
	f.Helper()
	for _, s := range testkit.Some(seeds, n) {
		f.Add(s[0], s[1])
	}
}

// editing is the flags and one edit, as edited reads them.
func editing(flags, kind, at, arg int) []byte {
	return []byte{byte(flags), byte(kind), byte(at), 0, byte(arg)}
}

func filesLike(f *testing.F, pattern string) (texts [][]byte) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join(testkit.Root(f), filepath.FromSlash(pattern)))
	if err != nil || len(names) == 0 {
		f.Fatalf("no file is like %s: %v", pattern, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// recordedSeeds are the smallest traces of some recordings, of each as many as fit into 30 kB,
// with the attributes that rules ask for.
func recordedSeeds(f *testing.F) (texts [][]byte) {
	f.Helper()
	for i, name := range []string{"hotrod/baseline", "lab/retry-once/faulty", "lab/hidden-queue/faulty", "lab/clock-skew/faulty", "lab/caller-timeout/faulty"} {
		file := filepath.Join(testkit.Root(f), "testdata", "recordings", name+".otlp.jsonl.zst")
		spans, err := ingest.Read(context.Background(), []string{file}, run.With(nil, trace.Options{}, attribute.Options{}).Reading())
		if err != nil {
			f.Fatal(err)
		}
		var traces [][]trace.Span
		for t := range spans.Traces() {
			traces = append(traces, slices.Clone(t))
		}
		slices.SortStableFunc(traces, func(a, b []trace.Span) int { return len(a) - len(b) })
		texts = append(texts, firstThatFit(f, export.Formats[i], traces[len(traces)/4:]))
		spans.Close()
	}
	return texts
}

// firstThatFit writes the first of some traces, as many as fit.
func firstThatFit(f *testing.F, as export.Format, traces [][]trace.Span) (text []byte) {
	f.Helper()
	for n := 1; n <= len(traces); n++ {
		next := encoded(f, as, traces[:n])
		if len(next) > 30<<10 {
			break
		}
		text = next
	}
	return text
}

func encoded(f *testing.F, as export.Format, traces [][]trace.Span) []byte {
	f.Helper()
	var text bytes.Buffer
	if err := as.Write(&text, slices.Values(traces)); err != nil {
		f.Fatal(err)
	}
	return text.Bytes()
}

// drawings are requests that the plans of testdata/plans/good are about.
var drawings = []string{`
POST_/checkout server                                 ============================ in=web http.route=/checkout cloud.region=eu-1 tenant.id=acme
  pay client                                            ==========               in=web
    pay server                                           ========                in=payment
  GET client failed                                                ==            in=web http.request.method=GET server.address=inventory
  GET client                                                          ===        in=web http.request.method=GET server.address=inventory
    GET server                                                        ==         in=inventory
  insert client                                                          ====    in=web db.system=postgresql
`, `
GET_/search server                   ================== in=search http.route=/search tenant.id=acme http.request.method=GET
  find client                          ======           in=search
    find server                         ====            in=shard-1
  find client                          =========        in=search
    find server                         =======         in=shard-2
`, `
documentLoad                         ========================== in=browser
  GET client                          ======                    in=browser
    GET_/cart server                   ====                     in=cart http.route=/cart
      get client                        ==                      in=cart db.system=redis
  process_orders consumer                     ====              in=mail
`}

// seedPlans adds plans, and returns the traces that they are held against.
func seedPlans(f *testing.F) (traces []byte) {
	f.Helper()
	var seeds [][2][]byte
	add := func(plan, edits []byte) { seeds = append(seeds, [2][]byte{plan, edits}) }
	for i, pattern := range []string{"testdata/plans/good/*.yaml", "testdata/plans/bad/[a-b]*.yaml"} {
		for _, text := range filesLike(f, pattern) {
			add(text, []byte{})
			if i == 0 {
				add(text, []byte{0xff})
			}
		}
	}
	add([]byte(planOfAll), editing(0x10, 3, 100, 9))
	addSome(f, seeds, 12)
	return drawnRequests(f)
}

// drawnRequests are 60 of each of the drawings, each a little longer than the one before.
func drawnRequests(f *testing.F) []byte {
	f.Helper()
	var traces [][]trace.Span
	for i := range 60 * len(drawings) {
		spans := testkit.Draw(f, drawings[i%len(drawings)])
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
			spans[k].End = spans[k].End.Add(time.Duration(i) * 10 * time.Microsecond)
		}
		traces = append(traces, spans)
	}
	as := export.OTLPProto
	return encoded(f, as, traces)
}
