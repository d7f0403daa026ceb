// Traces writes many small traces as OTLP JSON lines into files of which none has a whole trace: each of three services
// writes files of its own, as its hosts would.
//
//	traces -traces 100000 -files 24 -out DIR
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// perLine is how many traces the spans of a line are of.
const perLine = 100

var services = []string{"web", "basket", "stock"}

func main() {
	traces := flag.Int("traces", 100_000, "make so many traces")
	files := flag.Int("files", 24, "write so many files, in all; a multiple of three")
	seed := flag.Uint64("seed", 1, "decides everything")
	out := flag.String("out", ".", "write into this folder")
	flag.Parse()
	if err := write(*traces, *files/len(services), rand.New(rand.NewPCG(*seed, 24)), *out); err != nil {
		log.Fatal(err)
	}
}

// A line is what one service has of some traces.
type line struct {
	service string
	text    []byte
}

func (l *line) start() {
	l.text = fmt.Appendf(l.text[:0], `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":%q}}]},"scopeSpans":[{"spans":[`, l.service)
}

// add adds a span of a trace.
func (l *line) add(trace uint64, id, parent int, name string, kind int, start, took int64, more string) {
	if l.text[len(l.text)-1] != '[' {
		l.text = append(l.text, ',')
	}
	l.text = fmt.Appendf(l.text, `{"traceId":"%032x","spanId":"%016x",`, trace, id)
	if parent > 0 {
		l.text = fmt.Appendf(l.text, `"parentSpanId":"%016x",`, parent)
	}
	l.text = fmt.Appendf(l.text, `"name":%q,"kind":%d,"startTimeUnixNano":"%d","endTimeUnixNano":"%d"%s}`, name, kind, start, start+took, more)
}

func write(traces, each int, random *rand.Rand, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	var all [][]*bufio.Writer // by service
	for _, service := range services {
		var of []*bufio.Writer
		for i := range each {
			f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%02d.jsonl", service, i)))
			if err != nil {
				return err
			}
			defer f.Close()
			of = append(of, bufio.NewWriterSize(f, 1<<16))
		}
		all = append(all, of)
	}
	for made := 0; made < traces; made += perLine {
		if err := writeSome(random, made, min(perLine, traces-made), all, made/perLine); err != nil {
			return err
		}
	}
	for _, of := range all {
		for _, w := range of {
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeSome writes a line of each service, about the same traces.
func writeSome(random *rand.Rand, first, n int, to [][]*bufio.Writer, turn int) error {
	lines := make([]line, len(services))
	for i := range lines {
		lines[i].service = services[i]
		lines[i].start()
	}
	for i := range n {
		request(random, lines, uint64(first+i+1), 1_780_000_000_000_000_000+int64(first+i)*10_000_000)
	}
	for i := range lines {
		of := to[i]
		if _, err := of[turn%len(of)].Write(append(lines[i].text, "]}]}]}\n"...)); err != nil {
			return err
		}
	}
	return nil
}

// request is a request: one in fifty waits long for the database of the stock.
//
//	web      =================
//	basket     ==============
//	stock         =========
func request(random *rand.Rand, lines []line, trace uint64, start int64) {
	took := int64(math.Exp(random.NormFloat64()*0.4) * 5e6)
	if random.IntN(50) == 0 {
		took += 80e6 + random.Int64N(40e6)
	}
	region := fmt.Sprintf(`,"attributes":[{"key":"cloud.region","value":{"stringValue":"region-%d"}},{"key":"http.route","value":{"stringValue":"/%d"}}]`, trace%3, trace%4)
	lines[0].add(trace, 1, 0, "GET", 2, start, took+4e6, region)
	lines[0].add(trace, 2, 1, "GET", 3, start+5e5, took+3e6, "")
	lines[1].add(trace, 3, 2, "basket", 2, start+1e6, took+2e6, "")
	lines[1].add(trace, 4, 3, "stock", 3, start+15e5, took+1e6, "")
	lines[2].add(trace, 5, 4, "stock", 2, start+18e5, took+4e5, "")
	lines[2].add(trace, 6, 5, "SELECT", 3, start+19e5, took, `,"attributes":[{"key":"db.system","value":{"stringValue":"postgresql"}},{"key":"db.statement","value":{"stringValue":"SELECT * FROM stock"}}]`)
}
