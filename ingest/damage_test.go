package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// span returns an OTLP JSON span; fields override what it says.
func span(id int, fields ...string) string {
	m := map[string]string{
		"traceId": `"0af7651916cd43dd8448eb211c80319c"`, "spanId": fmt.Sprintf(`"%016x"`, id), "name": fmt.Sprintf(`"s%d"`, id),
		"startTimeUnixNano": `"1780000000000000000"`, "endTimeUnixNano": `"1780000000000000009"`,
	}
	var extra []string
	for _, f := range fields {
		key, value, _ := strings.Cut(f, "=")
		if _, known := m[key]; !known {
			extra = append(extra, fmt.Sprintf("%q:%s", key, value))
		}
		m[key] = value
	}
	var parts []string
	for _, key := range []string{"traceId", "spanId", "name", "startTimeUnixNano", "endTimeUnixNano"} {
		if m[key] != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", key, m[key]))
		}
	}
	return "{" + strings.Join(append(parts, extra...), ",") + "}"
}

// doc wraps spans up as one document.
func doc(spans ...string) string {
	return `{"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`
}

// names returns the names of the spans that were kept.
func names(s *Spans) string {
	var out []string
	for _, sp := range all(s) {
		out = append(out, sp.Sig.Name)
	}
	return strings.Join(out, " ")
}

func TestABadSpanLosesOnlyItself(t *testing.T) {
	for bad, code := range map[string]string{
		span(2, `traceId=""`):                                 "1 bad-trace-id",
		span(2, `traceId=`):                                   "1 bad-trace-id",
		span(2, `traceId="xyz"`):                              "1 bad-trace-id",
		span(2, `traceId="00000000000000000000000000000000"`): "1 bad-trace-id",
		span(2, `spanId="0000000000000000"`):                  "1 bad-span-id",
		span(2, `spanId=12.5`):                                "1 bad-span-id",
		span(2, `parentSpanId="not hex"`):                     "1 bad-parent-id",
		span(2, `startTimeUnixNano=true`):                     "1 bad-time",
		span(2, `startTimeUnixNano={"a":1}`):                  "1 bad-time",
		span(2, `startTimeUnixNano="-1"`):                     "1 bad-time",
		span(2, `startTimeUnixNano="1e400"`):                  "1 bad-time",
		span(2, `startTimeUnixNano="18446744073709551616"`):   "1 bad-time",
		span(2, `startTimeUnixNano="9223372036854775808"`):    "1 bad-time",
		span(2, `startTimeUnixNano="2026-01-01T00:00:00Z"`):   "1 bad-time",
		span(2, `startTimeUnixNano=null`):                     "1 no-start-time",
		span(2, `startTimeUnixNano=`):                         "1 no-start-time",
		span(2, `endTimeUnixNano="9223372036854775807"`):      "1 span-over-a-year",
		`null`:        "1 malformed-span",
		`7`:           "1 malformed-span",
		`"text"`:      "1 malformed-span",
		`[1,{"a":2}]`: "1 malformed-span",
		`{}`:          "1 bad-trace-id",
	} {
		s := read(t, doc(span(1), bad, span(3)), Options{})
		want(t, bad, names(s)+": "+found(&s.Ledger), "s1 s3: "+code)
		balanced(t, s)
	}
}

func TestADoubtIsCountedAndTheSpanKept(t *testing.T) {
	for odd, code := range map[string]string{
		span(1, `endTimeUnixNano="0"`): "1 unfinished-span",
		span(1, `endTimeUnixNano=`):    "1 unfinished-span",
		span(1, `startTimeUnixNano="1780000000000000"`, `endTimeUnixNano="1780000000000001"`):      "1 date-in-1970",
		span(1, `endTimeUnixNano="1780090000000000000"`):                                           "1 span-over-a-day",
		span(1, `startTimeUnixNano=1.78e18`):                                                       "1 float-time",
		span(1, `kind=99`):                                                                         "1 unknown-span-kind",
		span(1, `kind="SERVER"`):                                                                   "",
		span(1, `name="a\ud800b"`):                                                                 "1 text-not-utf8",
		span(1, "attributes=[{\"key\":\"a\xff\",\"value\":{\"intValue\":\"1\"}}]"):                 "1 text-not-utf8",
		span(1, "events=[{\"name\":\"a\xff\",\"timeUnixNano\":\"5\"}]"):                            "1 text-not-utf8",
		span(1, "name=\"a\xffb\""):                                                                 "1 text-not-utf8",
		span(1, `droppedAttributesCount=3`):                                                        "1 attributes-dropped-by-source",
		span(1, `droppedEventsCount=3`):                                                            "1 events-dropped-by-source",
		span(1, `droppedLinksCount=3`):                                                             "1 links-dropped-by-source",
		span(1, `droppedLinksCount=0`):                                                             "",
		span(1, `attributes=[{"key":"a","value":{"stringValue":"x","intValue":"1"}}]`):             "1 malformed-attribute",
		span(1, `attributes=[{"key":"a","value":{"stringValueStrindex":4}}]`):                      "1 malformed-attribute",
		span(1, `attributes=[{"key":"a","value":{"text":"x"}}]`):                                   "1 malformed-attribute",
		span(1, `attributes=[{"key":"a","value":{}}]`):                                             "",
		span(1, `attributes=[{"value":{"stringValue":"no key"}}]`):                                 "1 malformed-attribute",
		span(1, `attributes=[{"key":"a","value":{"doubleValue":NaN}}]`):                            "",
		span(1, `attributes=[{"key":"a","value":{"stringValue":"`+strings.Repeat("x", 300)+`"}}]`): "1 attribute-value-cut",
		span(1, `spanId="00000000000000aa"`, `x=1,"spanId":"00000000000000bb"`):                    "1 duplicate-json-key",
		span(1, `parentSpanId="0000000000000000"`):                                                 "",
		span(1, `parentSpanId=null`, `status=null`, `events=null`, `attributes=null`, `kind=null`): "",
		span(1, `TRACEID="zz"`, `unknown={"deep":[[[]]]}`):                                         "",
	} {
		s := read(t, doc(odd), Options{})
		if len(all(s)) != 1 || found(&s.Ledger) != code {
			t.Errorf("%.200s: %d spans, %q, want 1, %q", odd, len(all(s)), found(&s.Ledger), code)
		}
	}
}

func TestAServiceThatIsNotUTF8IsCountedForEachOfItsSpans(t *testing.T) {
	resource := `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a` + "\xff" + `"}}]}`
	scopes := `"scopeSpans":[{"spans":[` + span(1) + `,` + span(2) + `]}]`
	for _, text := range []string{resource + "," + scopes, scopes + "," + resource} {
		s := read(t, `{"resourceSpans":[{`+text+`}]}`, Options{})
		want(t, text, all(s)[0].Sig.Service+": "+found(&s.Ledger), "a\ufffd: 2 text-not-utf8")
	}
}

func TestTheFirstOfTwoKeysCounts(t *testing.T) {
	s := read(t, doc(span(0xaa, `x=1,"spanId":"00000000000000bb"`)), Options{})
	want(t, "id", all(s)[0].ID.String(), "00000000000000aa")
}

func TestDamageCostsNoMoreThanItsLine(t *testing.T) {
	one, two, three := doc(span(1)), doc(span(2)), doc(span(3))
	for text, result := range map[string]string{
		one + "\n" + two + "\n" + three:                                        "s1 s2 s3: ",
		one + two + three:                                                      "s1 s2 s3: ",
		one + "\r\n\r\n" + two + "\r" + three + "\n\x00\x00":                   "s1 s2 s3: 1 zero-bytes",
		one + "\n\x00\x00 \x00\n" + two + "\x00\n" + three:                     "s1 s2 s3: 2 zero-bytes",
		"\ufeff" + one + "\n\ufeff" + two:                                      "s1 s2: ",
		one + "\u2028" + two:                                                   "s1 s2: 1 odd-separator",
		one + ",\n" + two:                                                      "s1 s2: 1 odd-separator",
		one + "\nWARN something\n" + two:                                       "s1 s2: 1 line-not-json",
		one + "\n{broken\n" + two:                                              "s1 s2: 1 line-not-json",
		one + "\n" + two[:60] + "\n" + three:                                   "s1 s3: 1 line-not-json",
		one + "\n" + two[:20] + "\n" + three:                                   "s1 s3: 1 line-not-json",
		one + "\n" + two[:90] + three + "\n" + one:                             "s1 s1 s3: 1 line-not-json",
		one + "\n" + strings.TrimSuffix(two, "]}]}]}") + ",\n" + three:         "s1 s2 s3: 1 line-not-json",
		one + "\n" + two[:60]:                                                  "s1: 1 cut-at-end",
		one + "\n" + doc(span(2), span(4))[:250]:                               "s1 s2: 1 cut-at-end",
		one + "\n{\"resourceMetrics\":[]}\n{\"resourceLogs\":[{}]}\n" + two:    "s1 s2: 2 not-traces",
		one + "\n{\"hello\":\"world\"}\n" + two:                                "s1 s2: 1 unknown-json",
		one + "\n" + strings.Replace(two, `"spans":[`, `"spans":"x","y":[`, 1): "s1: 1 not-a-list",
		one + "\n" + `{"resourceSpans":[{"resource":{},` + "\n" + `"scopeSpans":[{"spans":[` + span(2) + ",\n" + span(4) + "],,,\n  garbage\n}\n" + three: "s1 s2 s3 s4: 1 document-cut",
	} {
		s := read(t, text, Options{})
		want(t, fmt.Sprintf("%.150q", text), names(s)+": "+found(&s.Ledger), result)
		balanced(t, s)
	}
}

func TestADocumentOnItsOwnThatIsCutKeepsItsWholeSpans(t *testing.T) {
	text := doc(span(1), span(2), span(3))
	for cut := range len(text) {
		s, err := ReadBytes("cut", []byte(text[:cut]), Options{})
		spans := strings.Count(text[:cut], "0009\"}")
		if got := len(all(s)); got != spans {
			t.Fatalf("cut at %d: %d spans, want %d", cut, got, spans)
		}
		if (err == nil) != (spans > 0) {
			t.Fatalf("cut at %d with %d spans: error %v", cut, spans, err)
		}
	}
}

func TestPlacesAreLineAndByte(t *testing.T) {
	text := doc(span(1)) + "\n" + doc(span(2), span(3, `spanId="zz"`)) + "\nnot json\n"
	s := read(t, text, Options{})
	for _, f := range s.Ledger.Findings() {
		ex := f.Examples[0]
		place := fmt.Sprintf("%s at %s:%d:%d %q", f.Code.ID, ex.File, ex.Line, ex.Offset, ex.Text)
		switch f.Code.ID {
		case "bad-span-id":
			want(t, "place", place, fmt.Sprintf(`bad-span-id at test:2:%d "zz"`, strings.Index(text, `{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"zz"`)))
		case "line-not-json":
			want(t, "place", place, fmt.Sprintf(`line-not-json at test:3:%d "not json"`, strings.Index(text, "not json")))
		default:
			t.Errorf("unexpected %s", place)
		}
	}
}

func TestAHundredThousandBadSpansCostNoMoreThanFiveExamples(t *testing.T) {
	bad := make([]string, 100_000)
	for i := range bad {
		bad[i] = span(i, `traceId="xyz"`)
	}
	s := read(t, doc(span(1))+"\n"+doc(bad...), Options{})
	f := s.Ledger.Findings()[0]
	if f.Count != len(bad) || len(f.Examples) != 5 {
		t.Errorf("%d findings with %d examples", f.Count, len(f.Examples))
	}
	balanced(t, s)
}

func TestASpanOverTheLimitIsSkippedAsItStreamsBy(t *testing.T) {
	defer func(n int) { jsontext.MaxValue = n }(jsontext.MaxValue)
	jsontext.MaxValue = 1000
	s := read(t, doc(span(1), span(2, `x="`+strings.Repeat("y", 5<<20)+`"`), span(3)), Options{})
	want(t, "spans", names(s)+": "+found(&s.Ledger), "s1 s3: 1 span-too-large")
}

func TestTheLineOfASpanOverTheLimitIsTheOneWhereItBegins(t *testing.T) {
	defer func(n int) { jsontext.MaxValue = n }(jsontext.MaxValue)
	jsontext.MaxValue = 1000
	large := span(2, `x=[`+strings.Repeat("\n1,", 2<<20)+`1]`)
	bad := span(4, `spanId="zz"`)
	text := "\n\n" + doc(span(1), large, span(3)) + "\n" + doc(bad)
	s := readFiles(t, Options{Stdin: strings.NewReader(text)}, "-")
	want(t, "places", placesOf(s), fmt.Sprintf("bad-span-id %d:%d\nspan-too-large 3:%d", 4+2<<20, strings.Index(text, bad), strings.Index(text, large)))
}

func TestCompressedFilesThatAreDamagedKeepWhatCameBefore(t *testing.T) {
	text := doc(span(1)) + "\n" + doc(span(2)) + "\n"
	zipped := gz(text)
	bad := bytes.Clone(zipped)
	bad[len(bad)-6] ^= 1 // checksum
	for name, c := range map[string]struct {
		data   []byte
		result string
	}{
		"whole":         {zipped, "s1 s2: "},
		"two members":   {append(bytes.Clone(zipped), gz(doc(span(3)))...), "s1 s2 s3: "},
		"checksum":      {bad, "s1 s2: 1 compression-damaged"},
		"no trailer":    {zipped[:len(zipped)-8], "s1 s2: 1 compression-damaged"},
		"zeros behind":  {append(bytes.Clone(zipped), make([]byte, 512)...), "s1 s2: 1 trailing-bytes"},
		"zstd":          {zst(text), "s1 s2: "},
		"zstd twice":    {append(zst(text), zst(doc(span(3)))...), "s1 s2 s3: "},
		"zstd and more": {append(zst(text), "more"...), "s1 s2: 1 trailing-bytes"},
	} {
		s, err := ReadBytes("z", c.data, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want(t, name, names(s)+": "+found(&s.Ledger), c.result)
	}
}

func gz(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.Bytes()
}

var zstdWriter, _ = zstd.NewWriter(nil)

func zst(text string) []byte { return zstdWriter.EncodeAll([]byte(text), nil) }

func TestABombEndsAtTheLimitAndNamesIt(t *testing.T) {
	blanks := strings.Repeat(" ", 1<<20)
	_, err := ReadBytes("bomb", zst(doc(span(1))+blanks), Options{MaxExpanded: 1 << 16})
	if err == nil || !strings.Contains(err.Error(), "limit of 65536 bytes (--max-expanded)") {
		t.Errorf("error is %v", err)
	}
}

func TestMessagesOfABackendAreRepeated(t *testing.T) {
	for _, text := range []string{
		`{"data":null,"total":0,"errors":[{"code":404,"msg":"trace not found"}]}`,
		`{"error":{"grpcCode":5,"httpCode":404,"message":"trace not found"}}`,
		`{"status":"error","error":"trace not found"}`,
	} {
		_, err := ReadBytes("answer", []byte(text), Options{})
		if err == nil || !strings.Contains(err.Error(), `answered "trace not found"`) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhatTheSourceLeftOutIsSaid(t *testing.T) {
	s := read(t, `{"trace":`+doc(span(1))+`,"status":"PARTIAL","message":"trace exceeds max size"}`, Options{})
	want(t, "tempo", names(s)+": "+found(&s.Ledger), "s1: 1 partial-by-source")
}

func TestProtobufIsCutWhereItIsDamaged(t *testing.T) {
	data := mustRead(t, shared(t, "oracles/samples/otlp/otlp-concat.pb"))
	for cut := range data {
		s, err := ReadBytes("cut", data[:cut], Options{Format: "otlp-proto"})
		balanced(t, s)
		var fe *FileError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if cut > 0 && s.Ledger.Of(decode.CutEnd)+s.Ledger.Of(decode.BadMessage) == 0 && cut != len(data)/2 {
			t.Errorf("cut at %d of %d: nothing is said", cut, len(data))
		}
	}
}

func TestTheWorstExamplesOfAFileAreKept(t *testing.T) {
	const day = 24 * time.Hour
	var spans []string
	for i, days := range []int64{3, 8, 2, 6, 5, 7, 9, 4} {
		spans = append(spans, span(i+1, fmt.Sprintf(`endTimeUnixNano="%d"`, 1780000000000000000+days*int64(day))))
	}
	f := read(t, doc(spans...), Options{}).Ledger.Findings()[0]
	var days []int64
	for _, ex := range f.Examples {
		days = append(days, int64(ex.Amount/day))
	}
	want(t, "days", fmt.Sprint(f.Count, " x ", f.Code.ID, days), "8 x span-over-a-day[9 8 7 6 5]")
}

func TestALineThatIsTornAnywhereCostsNoOtherLine(t *testing.T) {
	torn, two, three := doc(span(1)), doc(span(2)), doc(span(3))
	for cut := 1; cut < len(torn); cut++ {
		s := read(t, torn[:cut]+"\n"+two+"\n"+three, Options{})
		where, r := fmt.Sprintf("cut behind %q", torn[:cut]), s.Ledger.Records
		want(t, where, strings.TrimPrefix(names(s), "s1 "), "s2 s3")
		want(t, where, fmt.Sprint(r.Read, r.Whole, r.Damaged+r.Skipped), "3 2 1")
		balanced(t, s)
	}
}
