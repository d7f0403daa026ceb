package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/longpole/longpole/trace"
)

// oneOTLPSpan is whole, and spelled so that only the tolerant decoder reads it.
const oneOTLPSpan = `{"spanId": "00000000000000a1", "traceId": "0af7651916cd43dd8448eb211c80319c", "name": "buy", "startTimeUnixNano": "1780000000000000000", "endTimeUnixNano": "1780000000000000009"}`

const ofShop = `"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}`

// The order of keys means nothing in JSON, and older collectors have older names for scopes.
func TestAResourceIsThatOfItsSpansWhereverItStandsAndWhateverTheirScopeIsCalled(t *testing.T) {
	for _, scopes := range []string{"scopeSpans", "scope_spans", "instrumentationLibrarySpans"} {
		spans := fmt.Sprintf(`"%s": [{"spans": [%s]}]`, scopes, oneOTLPSpan)
		for _, parts := range [][]string{{ofShop, spans}, {spans, ofShop}} {
			of := `{` + strings.Join(parts, ", ") + `}`
			none := `{"scopeSpans": [{"spans": [` + strings.Replace(oneOTLPSpan, "a1", "a2", 1) + `]}]}`
			for _, order := range [][]string{{of, none}, {none, of}} {
				wantServices(t, `{"resourceSpans": [`+strings.Join(order, ", ")+`]}`)
			}
		}
	}
}

// wantServices wants one span of the shop, and one that says nothing of where it ran.
func wantServices(t *testing.T, text string) {
	t.Helper()
	got := map[string]string{}
	for _, s := range all(read(t, text, Options{})) {
		got[s.ID.String()] = s.Sig.Service
	}
	if len(got) != 2 || got["00000000000000a1"] != "shop" || got["00000000000000a2"] != trace.UnknownService {
		t.Errorf("%s\nis read as %v", text, got)
	}
}

func TestAReferenceIntoAnotherTraceIsNoParent(t *testing.T) {
	const span = `{"data":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spans":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"00000000000000a1","operationName":"buy","references":[{"refType":"CHILD_OF","traceID":"%s","spanID":"00000000000000b2"}],"startTime":1780000000000000,"duration":9,"tags":[],"logs":[],"processID":"p1","warnings":null}],"processes":{"p1":{"serviceName":"shop","tags":[]}},"warnings":null}],"total":0,"limit":0,"offset":0,"errors":null}`
	own := all(read(t, fmt.Sprintf(span, "0af7651916cd43dd8448eb211c80319c"), Options{}))[0]
	other := all(read(t, fmt.Sprintf(span, "1af7651916cd43dd8448eb211c80319c"), Options{}))[0]
	if own.Parent != 0xb2 || other.Parent != 0 {
		t.Errorf("the parents are %v and %v", own.Parent, other.Parent)
	}
}

func TestAttributesApartComeBackFromTheTemporaryFile(t *testing.T) {
	tenant := func(key string) bool { return key == "tenant.id" }
	attr := `"attributes": [{"key": "tenant.id", "value": {"stringValue": "t7"}}], "name"`
	text := doc(strings.Replace(oneOTLPSpan, `"name"`, attr, 1))
	for _, memory := range []int64{0, 1} {
		spans := read(t, text, Options{Keep: tenant, Apart: tenant, MaxMemory: memory})
		if got := all(spans)[0].Apart(); len(got) != 1 || got[0].Value != "t7" {
			t.Errorf("with a limit of %d: %v", memory, got)
		}
	}
}

func TestAValueIsReadAsGoWritesTheMessage(t *testing.T) {
	attrs := `"attributes": [{"key": "s", "value": {"Value": {"StringValue": "shop"}}}, {"key": "n", "value": {"Value": {"IntValue": 7}}}, ` +
		`{"key": "d", "value": {"Value": {"DoubleValue": 0.5}}}, {"key": "b", "value": {"Value": {"BoolValue": true}}}, ` +
		`{"key": "l", "value": {"Value": {"ArrayValue": {"values": [{"Value": {"StringValue": "x"}}]}}}}, ` +
		`{"key": "m", "value": {"Value": {"KvlistValue": {"values": [{"key": "k", "value": {"Value": {"IntValue": 1}}}]}}}}]`
	span := strings.Replace(oneOTLPSpan, "{", "{"+attrs+", ", 1)
	s := all(read(t, `{"resource_spans": [{"scope_spans": [{"spans": [`+span+`]}]}]}`, Options{}))[0]
	want(t, "attributes", fmt.Sprint(s.Sig.Attrs), `[{b true} {d 0.5} {l ["x"]} {m {"k":1}} {n 7} {s shop}]`)
}
