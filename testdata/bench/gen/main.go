// Command gen writes the traces of package model as the tools of the trade would: OTLP JSON
// lines and length-prefixed OTLP protobuf as the collector's file exporter does, with the
// collector's own marshaler, and one document of Jaeger JSON.
//
//	gen -spans 320000 -out DIR                                 otlp.jsonl, otlp.pb, jaeger.json
//	gen -spans 1280000 -out DIR -formats otlp.jsonl -seed 2
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/longpole/longpole/testdata/bench/model"
)

func main() {
	spans := flag.Int("spans", 320_000, "make traces until there are so many spans")
	seed := flag.Uint64("seed", 1, "decides everything")
	out := flag.String("out", ".", "write into this folder")
	formats := flag.String("formats", "otlp.jsonl,otlp.pb,jaeger.json", "files to write")
	flag.Parse()
	if err := write(*spans, *seed, *out, strings.Split(*formats, ",")); err != nil {
		log.Fatal(err)
	}
}

// A sink writes one format. A trace is what the shop did; a batch is what the collector
// exported of many traces.
type sink interface {
	trace(spans []*model.Span) error
	batch(b *batch) error
	close() error
}

func write(spans int, seed uint64, dir string, names []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	sinks := make([]sink, len(names))
	for i, name := range names {
		s, err := create(dir, name)
		if err != nil {
			return err
		}
		sinks[i] = s
	}
	m := model.NewMaker(seed)
	c := newCollector(m, sinks)
	for made := 0; made < spans; {
		t := m.Trace()
		made += len(t)
		if err := c.accept(t); err != nil {
			return err
		}
	}
	if err := c.finish(); err != nil {
		return err
	}
	fmt.Println(c.summary())
	return nil
}

func create(dir, name string) (sink, error) {
	kinds := map[string]func(*file) sink{"otlp.jsonl": otlpJSON, "otlp.pb": otlpProto, "jaeger.json": jaegerJSON}
	kind, ok := kinds[name]
	if !ok {
		return nil, fmt.Errorf("no format is called %q; there are otlp.jsonl, otlp.pb and jaeger.json", name)
	}
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	return kind(&file{bufio.NewWriterSize(f, 1<<20), f}), nil
}

// A file is written through a buffer.
type file struct {
	*bufio.Writer
	f *os.File
}

func (f *file) close() error {
	if err := f.Flush(); err != nil {
		return err
	}
	return f.f.Close()
}
