package record

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/jaeger"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/zipkin/zipkinv2"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// convert keeps the same run as a Jaeger UI download and as Zipkin v2 JSON,
// through the translators of the collector's own Jaeger and Zipkin exporters.
func convert(spans, dir, to string) error {
	traces, err := readTraces(spans)
	if err != nil {
		return err
	}
	zipkin, err := zipkinv2.FromTranslator{}.FromTraces(traces)
	if err != nil {
		return fmt.Errorf("as zipkin: %w", err)
	}
	if err := packJSON(zipkin, dir+"/zipkin.json", to+".zipkin.json.zst"); err != nil {
		return err
	}
	return packJSON(jaegerUI(jaeger.ProtoFromTraces(traces)), dir+"/jaeger.json", to+".jaeger.json.zst")
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

func packJSON(v any, from, to string) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.WriteFile(from, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return pack(from, to)
}
