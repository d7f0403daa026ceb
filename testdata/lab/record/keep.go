package record

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// counts of what one side exported.
type counts struct {
	Traces  int            `json:"traces"`
	Spans   int            `json:"spans"`
	Logs    int            `json:"log_records,omitempty"`
	Failed  int            `json:"roots_failed"`
	Journey map[string]int `json:"roots"`
	Busy    float64        `json:"threads_waiting_for_cpu"`
}

// exported is as much of an OTLP JSON line as counting needs.
type exported struct {
	ResourceSpans []struct {
		ScopeSpans []struct {
			Spans []exportedSpan `json:"spans"`
		} `json:"scopeSpans"`
	} `json:"resourceSpans"`
	ResourceLogs []struct {
		ScopeLogs []struct {
			LogRecords []json.RawMessage `json:"logRecords"`
		} `json:"scopeLogs"`
	} `json:"resourceLogs"`
}

type exportedSpan struct {
	TraceID string `json:"traceId"`
	Parent  string `json:"parentSpanId"`
	Name    string `json:"name"`
	Status  struct {
		Code int `json:"code"`
	} `json:"status"`
}

const statusError = 2

// count reads a whole file of the collector.
func count(path string) (counts, error) {
	c := counts{Journey: map[string]int{}}
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	traces := map[string]bool{}
	for dec := json.NewDecoder(bufio.NewReader(f)); dec.More(); {
		var line exported
		if err := dec.Decode(&line); err != nil {
			return c, fmt.Errorf("%s at byte %d: %w", path, dec.InputOffset(), err)
		}
		c.add(line, traces)
	}
	c.Traces = len(traces)
	return c, nil
}

func (c *counts) add(line exported, traces map[string]bool) {
	for _, r := range line.ResourceSpans {
		for _, scope := range r.ScopeSpans {
			c.addSpans(scope.Spans, traces)
		}
	}
	for _, r := range line.ResourceLogs {
		for _, scope := range r.ScopeLogs {
			c.Logs += len(scope.LogRecords)
		}
	}
}

func (c *counts) addSpans(list []exportedSpan, traces map[string]bool) {
	c.Spans += len(list)
	for _, s := range list {
		traces[s.TraceID] = true
		if s.Parent != "" {
			continue
		}
		c.Journey[s.Name]++
		if s.Status.Code == statusError {
			c.Failed++
		}
	}
}

// pack compresses what the collector wrote, byte for byte, while the next run
// goes on: it is not in the real-time class.
func (l lab) pack(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	l.packing.Go(func() error {
		out, err := exec.Command("chrt", "--other", "0", "zstd", "-19", "--long=27", "-q", "-f", from, "-o", to).CombinedOutput()
		if err != nil {
			return fmt.Errorf("zstd %s: %w: %s", from, err, out)
		}
		return nil
	})
	return nil
}
