package main

// A row is one promise about speed or size, and how to see whether it holds.
type row struct {
	name      string
	what      string
	must, aim float64
	unit      unit
	more      bool // whether more is better
	rounds    int  // 0: as many as there are
	probes    []probe
	alsoOnTwo []probe                 // the same on two cores, shown beside it; may be nil
	of        func(u []usage) float64 // the figure, by what the probes took, in their order
}

// Limits of memory under which rows are measured. Everything of the usual input is moved
// below the one; the other is what somebody might set who reads many gigabytes.
const (
	tight = "32MiB"
	roomy = "256MiB"
)

// rows are the table. Commands run on one core unless said otherwise.
var rows = []row{
	{name: "otlp-json-pdata", what: "OTLP JSON, against pdata decoding it", must: 5, aim: 8, unit: times, more: true,
		probes: []probe{report("otlp.jsonl", 1), baseline("pdata", "otlp.jsonl", 1)}, alsoOnTwo: []probe{report("otlp.jsonl", 2), baseline("pdata", "otlp.jsonl", 1)}, of: cpuRatio},
	{name: "otlp-json-simdjson", what: "OTLP JSON, against simdjson-go parsing it", must: 1.5, aim: 2.75, unit: times, more: true,
		probes: []probe{report("otlp.jsonl", 1), baseline("simdjson", "otlp.jsonl", 1)}, alsoOnTwo: []probe{report("otlp.jsonl", 2), baseline("simdjson", "otlp.jsonl", 1)}, of: cpuRatio},
	{name: "otlp-json-jq", what: "OTLP JSON, against jq counting spans", must: 20, aim: 35, unit: times, more: true,
		probes: []probe{report("otlp.jsonl", 1), jq("otlp.jsonl")}, alsoOnTwo: []probe{report("otlp.jsonl", 2), jq("otlp.jsonl")}, of: cpuRatio},
	{name: "otlp-protobuf-pdata", what: "OTLP protobuf, against pdata decoding it", must: 4, aim: 6, unit: times, more: true,
		probes: []probe{report("otlp.pb", 1), baseline("pdata", "otlp.pb", 1)}, alsoOnTwo: []probe{report("otlp.pb", 2), baseline("pdata", "otlp.pb", 1)}, of: cpuRatio},
	{name: "jaeger-json-stdlib", what: "Jaeger JSON, against encoding/json decoding it", must: 8, aim: 28, unit: times, more: true,
		probes: []probe{report("jaeger.json", 1), baseline("json", "jaeger.json", 1)}, alsoOnTwo: []probe{report("jaeger.json", 2), baseline("json", "jaeger.json", 1)}, of: cpuRatio},
	{name: "gzip", what: "gzip input, share of the speed of decompressing alone, two cores", must: 0.6, aim: 0.95, unit: plain, more: true,
		probes: []probe{report("otlp.jsonl.gz", 2), baseline("gzip", "otlp.jsonl.gz", 2)}, of: wallRatio},
	{name: "zstd", what: "zstd input, the same", must: 0.5, aim: 0.8, unit: plain, more: true,
		probes: []probe{report("otlp.jsonl.zst", 2), baseline("zstd", "otlp.jsonl.zst", 2)}, of: wallRatio},
	{name: "workers", what: "two workers against one, wall time", must: 1.5, aim: 1.85, unit: times, more: true,
		probes: []probe{report("otlp.jsonl", 2), report("otlp.jsonl", 1)}, of: wallRatio},
	{name: "allocations", what: "allocations per span, decode to path", must: 0.5, aim: 0.01, unit: plain,
		probes: []probe{benchmark("DecodeToPath", "allocs/span")}, of: figure},
	{name: "rss-complete", what: "peak RSS, four times the Jaeger JSON as one document", must: 150, aim: 80, unit: mebibytes, rounds: 3,
		probes: []probe{sized(report("4x/jaeger.json", 0), "4x/jaeger.json")}, of: peak},
	{name: "held", what: "memory per span held for assembly", must: 100, aim: 64, unit: bytesEach,
		probes: []probe{benchmark("Held", "held-B/span")}, of: figure},
	{name: "spill", what: "moving every span to disk (--max-memory " + tight + "), against none", must: 1.3, aim: 1.1, unit: times,
		probes: []probe{report("otlp.jsonl", 1, "--max-memory", "0"), spilled("otlp.jsonl")}, of: cpuRatio},
	{name: "rss-large", what: "peak RSS, 20 GB of OTLP JSON (--max-memory " + roomy + ")", must: 1024, aim: 400, unit: mebibytes, rounds: 1,
		probes: []probe{streamed("otlp.jsonl", toLarge, "--max-memory", roomy)}, of: peak},
	{name: "million", what: "one trace of 1,000,000 spans, assembly and path, the worst of three shapes", must: 3, aim: 1.5, unit: seconds, rounds: 3,
		probes: []probe{benchmark("OneTrace", "cpu-s/op")}, of: figure},
	{name: "growth", what: "CPU for four times the input", must: 4.4, aim: 4.1, unit: times,
		probes: []probe{report("1x/otlp.jsonl", 1), report("4x/otlp.jsonl", 1)}, of: cpuRatio},
	{name: "start", what: "report on a file of one trace, wall time", must: 50, aim: 50, unit: milliseconds, rounds: 21,
		probes: []probe{report("one/otlp.jsonl", 0)}, of: elapsed},
	{name: "help", what: "--help, wall time", must: 20, aim: 20, unit: milliseconds, rounds: 21,
		probes: []probe{longpole("--help")}, of: elapsed},
	{name: "page-size", what: "the page of -o html, 50 journeys", must: 1000, aim: 700, unit: kilobytes, rounds: 1,
		probes: []probe{page("page-kB")}, of: figure},
	{name: "first-paint", what: "the same page in Chromium, until its first paint", must: 1000, aim: 300, unit: milliseconds, rounds: 7,
		probes: []probe{page("first-paint-ms")}, of: figure},
}

// holds reports whether the promise is kept with so much.
func (r *row) holds(figure float64) bool {
	if r.more {
		return figure >= r.must
	}
	return figure <= r.must
}

// cpuRatio is how many times more CPU the second took than the first.
func cpuRatio(u []usage) float64 { return u[1].CPU.Seconds() / u[0].CPU.Seconds() }

// wallRatio is how many times longer the second took than the first.
func wallRatio(u []usage) float64 { return u[1].Wall.Seconds() / u[0].Wall.Seconds() }

func peak(u []usage) float64    { return float64(u[0].RSS) / (1 << 20) }
func elapsed(u []usage) float64 { return u[0].Wall.Seconds() * 1000 }
func figure(u []usage) float64  { return u[0].figure }
