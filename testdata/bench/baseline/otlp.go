package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/minio/simdjson-go"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// pdata decodes into the collector's model, from JSON or, if the file is called so, from
// protobuf.
func pdata(f *os.File) (string, error) {
	each, decode := eachLine, (&ptrace.JSONUnmarshaler{}).UnmarshalTraces
	if strings.HasSuffix(f.Name(), ".pb") {
		each, decode = eachMessage, (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces
	}
	spans := 0
	err := each(f, func(message []byte) error {
		td, err := decode(message)
		spans += td.SpanCount()
		return err
	})
	return fmt.Sprint(spans, " spans"), err
}

// simd parses each line into a tape, which is used again for the next.
func simd(f *os.File) (string, error) {
	if !simdjson.SupportedCPU() {
		return "", errors.New("this processor lacks AVX2")
	}
	var tape *simdjson.ParsedJson
	lines := 0
	err := eachLine(f, func(line []byte) (err error) {
		tape, err = simdjson.Parse(line, tape)
		lines++
		return err
	})
	return fmt.Sprint(lines, " lines"), err
}

// eachLine hands on one line at a time, valid until the next.
func eachLine(f io.Reader, do func([]byte) error) error {
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 4<<20), 1<<30)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		if err := do(lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// eachMessage hands on one message at a time, valid until the next.
func eachMessage(f io.Reader, do func([]byte) error) error {
	r := bufio.NewReaderSize(f, 1<<20)
	var length [4]byte
	var message []byte
	for {
		if _, err := io.ReadFull(r, length[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint32(length[:]))
		if cap(message) < n {
			message = make([]byte, n)
		}
		if _, err := io.ReadFull(r, message[:n]); err != nil {
			return err
		}
		if err := do(message[:n]); err != nil {
			return err
		}
	}
}
