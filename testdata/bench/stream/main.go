// Command stream writes a file to stdout several times, each time with other trace ids, as if
// the shop had gone on for longer: an input of any size that needs no disk.
//
//	stream -copies 60 otlp.jsonl | longpole report -
//	stream -copies 4 jaeger.json | longpole report -
//
// The file is held in memory. Copies differ in the first eight digits of trace ids only, so
// what is made of the rest of an id is as it was.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
)

func main() {
	copies := flag.Int("copies", 1, "how often")
	flag.Parse()
	data, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	if err := write(os.Stdout, data, *copies); err != nil && !errors.Is(err, syscall.EPIPE) {
		log.Fatal(err)
	}
}

func write(w io.Writer, data []byte, copies int) error {
	before, body, between, after := parts(data)
	places := traceIDs(body)
	for i := range copies {
		renumber(body, places, i)
		if _, err := w.Write(before); err != nil {
			return err
		}
		if _, err := w.Write(body); err != nil {
			return err
		}
		before = between
	}
	_, err := w.Write(after)
	return err
}

// parts tells what of a file can be written again and again. Lines can; of Jaeger's document,
// the list of traces.
func parts(data []byte) (before, body, between, after []byte) {
	const opening = `{"data":[`
	if !bytes.HasPrefix(data, []byte(opening)) {
		return nil, data, nil, nil
	}
	end := bytes.LastIndexByte(data, ']')
	return data[:len(opening)], data[len(opening):end], []byte(","), data[end:]
}

// digits is how many of an id change.
const digits = 8

// traceIDs returns where the digits of every trace id begin, in either spelling.
func traceIDs(data []byte) (places []int) {
	for _, key := range []string{`"traceId":"`, `"traceID":"`} {
		for at := 0; ; {
			n := bytes.Index(data[at:], []byte(key))
			if n < 0 {
				break
			}
			at += n + len(key)
			places = append(places, at)
		}
	}
	return places
}

// renumber changes every id of body; ids that were the same stay the same.
func renumber(body []byte, places []int, n int) {
	number := fmt.Sprintf("%0*x", digits, n+1)
	for _, at := range places {
		for i := range digits {
			body[at+i] = number[i]
		}
	}
}
