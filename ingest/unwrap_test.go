package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// eachLine returns text with every line of it wrapped.
func eachLine(text string, wrap func(line string) string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(wrap(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}

func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// lineWrappers wrap any line, also one of many that a document is spread over.
var lineWrappers = map[string]func(line string) string{
	"Docker's json-file": func(line string) string {
		return `{"log":` + quoted(line+"\n") + `,"stream":"stdout","time":"2026-01-01T00:00:00.000000001Z"}`
	},
	"CRI":                               func(line string) string { return "2026-01-01T00:00:00.000000001+01:00 stdout F " + line },
	"kubectl --timestamps":              func(line string) string { return "2026-01-01T00:00:00.000000001Z " + line },
	"kubectl --prefix":                  func(line string) string { return "[pod/otel-0/otc] " + line },
	"kubectl --prefix --timestamps":     func(line string) string { return "[pod/otel-0/otc] 2026-01-01T00:00:00.1Z " + line },
	"compose":                           func(line string) string { return "collector-1  | " + line },
	"compose in colour":                 func(line string) string { return "\x1b[36mcollector-1  |\x1b[0m " + line },
	"journalctl":                        func(line string) string { return "Jan 01 00:00:00 host otelcol[12]: " + line },
	"journalctl -o json":                func(line string) string { return `{"_PID":"1","MESSAGE":` + quoted(line) + `}` },
	"a log shipper":                     func(line string) string { return `{"kubernetes":{"pod":"a"},"message":` + quoted(line) + `}` },
	"Kafka's message as kcat prints it": func(line string) string { return `{"topic":"spans","offset":1,"payload":` + quoted(line) + `}` },
	"a result of Splunk":                func(line string) string { return `{"preview":false,"result":{"_raw":` + quoted(line) + `}}` },
	"logcli":                            func(line string) string { return `2026-01-01T00:00:00Z {app="otelcol"} ` + line },
	"logfmt":                            func(line string) string { return `time=2026-01-01T00:00:00Z level=info msg=` + quoted(line) },
	"Fluent Bit":                        func(line string) string { return `[0] kube.var: [[1767225600.0, {}], {"log"=>` + quoted(line) + `}]` },
	"Docker around a CRI line":          func(line string) string { return `{"log":` + quoted("2026-01-01T00:00:00Z stdout F "+line) + `}` },
}

func TestWrappedLinesAreReadAsWhatIsInside(t *testing.T) {
	inLines := doc(span(1)) + "\n" + doc(span(2), span(3)) + "\n"
	var pretty strings.Builder
	for line := range strings.Lines(inLines) {
		var v any
		json.Unmarshal([]byte(line), &v)
		b, _ := json.MarshalIndent(v, "", "  ")
		pretty.Write(append(b, '\n'))
	}
	for name, wrap := range lineWrappers {
		for what, text := range map[string]string{"lines": inLines, "pretty": pretty.String()} {
			s := read(t, eachLine(text, wrap), Options{})
			want(t, name+", "+what, draw(s), draw(read(t, inLines, Options{})))
			want(t, name+", "+what+": findings", found(&s.Ledger), "1 lines-wrapped")
			want(t, name+", "+what+": records", records(&s.Ledger), "2 = 2 + 0 + 0")
		}
	}
}

// What a logger writes before a whole document need not be known.
func TestWhateverALoggerWritesBeforeADocumentIsCutOff(t *testing.T) {
	for _, before := range []string{
		"INFO: ", "2026-01-01 INFO ", "12:00:00.000 [main] INFO i.o.e.l.o.OtlpJsonLoggingSpanExporter - ", "ts=1 level=info traces=",
	} {
		s := read(t, "Jan 01, 2026 12:00:00 AM io.opentelemetry.exporter.logging.otlp export\n"+before+doc(span(1))+"\n", Options{})
		want(t, before, names(s)+": "+found(&s.Ledger), "s1: 1 line-not-json, 1 lines-wrapped")
	}
}

func TestALineThatARuntimeCutIsPutTogetherAgain(t *testing.T) {
	docker := func(text, stream, end string) string {
		return fmt.Sprintf(`{"log":%s,"stream":"%s","time":"2026-01-01T00:00:00Z"}`+"\n", quoted(text+end), stream)
	}
	cri := func(text, stream, tag string) string {
		return "2026-01-01T00:00:00Z " + stream + " " + tag + " " + text + "\n"
	}
	text := doc(span(1))
	a, b := text[:100], text[100:]
	for name, cut := range map[string]string{
		"Docker": docker(a, "stdout", "") + docker("a word beside it", "stderr", "\n") + docker(b, "stdout", "\n"),
		"CRI":    cri(a, "stdout", "P") + cri("a word beside it", "stderr", "F") + cri(b, "stdout", "F"),
	} {
		s := read(t, docker(doc(span(2)), "stdout", "\n")+cut, Options{})
		want(t, name, names(s)+": "+found(&s.Ledger), "s1 s2: 1 line-not-json, 1 lines-wrapped")
	}
}

func TestADocumentThatIsNotWrappedStaysAsItIs(t *testing.T) {
	for name, text := range map[string]string{
		"a log beside it":      doc(span(1)) + "\n" + `{"log":"x","stream":"stdout","time":"now"}` + "\n",
		"a name like a prefix": doc(span(1, `name="2026-01-01T00:00:00Z {"`)),
	} {
		s := read(t, text, Options{})
		if s.Ledger.Of(Wrapped) > 0 || len(all(s)) != 1 {
			t.Errorf("%s: %s, %d spans", name, found(&s.Ledger), len(all(s)))
		}
	}
}
