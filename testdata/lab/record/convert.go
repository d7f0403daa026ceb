package record

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/jaeger"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/zipkin/zipkinv2"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// translation is another format for the same run: its name, and the
// translator of the collector's own exporter of that format.
type translation struct {
	name string
	of   func(ptrace.Traces) (any, error)
}

var (
	asZipkin = translation{"zipkin", func(t ptrace.Traces) (any, error) { return zipkinv2.FromTranslator{}.FromTraces(t) }}
	asJaeger = translation{"jaeger", func(t ptrace.Traces) (any, error) { return jaegerUI(jaeger.ProtoFromTraces(t)), nil }}
)

// convert keeps the same run in other formats: a Jaeger UI download, Zipkin v2 JSON.
func (l lab) convert(spans, dir, to string, formats ...translation) error {
	for _, f := range formats {
		traces, err := readTraces(spans)
		if err != nil {
			return err
		}
		v, err := f.of(traces)
		if err != nil {
			return fmt.Errorf("as %s: %w", f.name, err)
		}
		if err := l.packJSON(v, filepath.Join(dir, f.name+".json"), to+"."+f.name+".json.zst"); err != nil {
			return err
		}
	}
	return nil
}

// readTraces joins all lines of a collector's file.
func readTraces(path string) (ptrace.Traces, error) {
	all := ptrace.NewTraces()
	f, err := os.Open(path)
	if err != nil {
		return all, err
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			one, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
			if err != nil {
				return all, err
			}
			one.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
		}
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func (l lab) packJSON(v any, from, to string) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.WriteFile(from, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return l.pack(from, to)
}
