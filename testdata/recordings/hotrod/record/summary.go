package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// summary is what one file holds, counted from the file and not from the run.
type summary struct {
	Lines          int            `json:"lines"`
	Traces         int            `json:"traces"`
	Spans          int            `json:"spans"`
	Roots          int            `json:"roots"`
	ErrorSpans     int            `json:"errorSpans"`
	SpansByService map[string]int `json:"spansByService"`
	Dispatch       dispatch       `json:"dispatch"`
}

// summarize reads a recording.
func summarize(path string) (summary, error) {
	file, err := os.Open(path)
	if err != nil {
		return summary{}, err
	}
	defer file.Close()
	zip, err := zstd.NewReader(file)
	if err != nil {
		return summary{}, err
	}
	defer zip.Close()
	s, err := count(bufio.NewReader(zip))
	if err != nil {
		return summary{}, fmt.Errorf("%s, line %d: %w", path, s.Lines+1, err)
	}
	return s, nil
}

// count reads JSON lines to their end. On an error the summary tells how many lines were whole.
func count(lines *bufio.Reader) (summary, error) {
	s := summary{SpansByService: map[string]int{}}
	requests := map[pcommon.TraceID]*request{}
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			s.Traces = len(requests)
			s.Dispatch = measure(requests)
			return s, nil
		}
		if err != nil {
			return s, fmt.Errorf("the line does not end: %w", err)
		}
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		if err != nil {
			return s, err
		}
		s.add(traces, requests)
		s.Lines++
	}
}

// add counts the spans of one line and files them under their trace.
func (s *summary) add(traces ptrace.Traces, requests map[pcommon.TraceID]*request) {
	for _, rs := range traces.ResourceSpans().All() {
		service, _ := rs.Resource().Attributes().Get("service.name")
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				s.addSpan(service.AsString(), span)
				file(requests, service.AsString(), span)
			}
		}
	}
}

func (s *summary) addSpan(service string, span ptrace.Span) {
	s.Spans++
	s.SpansByService[service]++
	if span.ParentSpanID().IsEmpty() {
		s.Roots++
	}
	if span.Status().Code() == ptrace.StatusCodeError {
		s.ErrorSpans++
	}
}

func file(requests map[pcommon.TraceID]*request, service string, span ptrace.Span) {
	r := requests[span.TraceID()]
	if r == nil {
		r = &request{}
		requests[span.TraceID()] = r
	}
	r.take(service, span)
}
