package main

import (
	"strings"
	"testing"

	"github.com/longpole/longpole/trace"
)

const (
	pasted     = "4bf92f3577b34da6a3ce929d0e0e4736"
	pastedSpan = "00f067aa0ba902b7"
)

func TestATraceIsFoundByItsIDInTheSpellingsThatPeopleHave(t *testing.T) {
	id, _ := trace.ParseID(pasted)
	for _, text := range []string{
		pasted, strings.ToUpper(pasted), "4bf92f", " " + pasted + " ", `"` + pasted + `"`, "0x" + pasted,
		"S/kvNXezTaajzpKdDg5HNg==", "S/kvNXezTaajzpKdDg5HNg", "S_kvNXezTaajzpKdDg5HNg", // base64, both alphabets
		"4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "{4BF92F35-77B3-4DA6-A3CE-929D0E0E4736}", "4bf92f35-77b3-4da6",
		"1-4bf92f35-77b34da6a3ce929d0e0e4736", "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1",
		"X-Amzn-Trace-Id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736",
		"00-" + pasted + "-" + pastedSpan + "-01", "traceparent: 00-" + pasted + "-" + pastedSpan + "-01",
		pasted + "-" + pastedSpan + "-1", pasted + ":" + pastedSpan + ":0:1",
	} {
		if !traceMatcher(text)(id) {
			t.Errorf("%q finds nothing", text)
		}
	}
}

func TestAShortIDIsFoundWithoutItsZeros(t *testing.T) {
	id, _ := trace.ParseID("000000000000000000a3ce929d0e0e47")
	for _, text := range []string{"a3ce929d0e0e47", "0xa3ce929d0e0e47", "00a3ce929d0e0e47", "0XA3CE929D0E0E47", "a3ce929d0e0e47:1:0:1"} {
		if !traceMatcher(text)(id) {
			t.Errorf("%q finds nothing", text)
		}
	}
}

func TestOtherIDsAreNotFound(t *testing.T) {
	id, _ := trace.ParseID(pasted)
	for _, text := range []string{pastedSpan, "4bf92f3577b34da6a3ce929d0e0e4737", "00-4bf92f3577b34da6a3ce929d0e0e4737-" + pastedSpan + "-01", "4736", "S/kvNXezTaajzpKdDg5HNw=="} {
		if traceMatcher(text)(id) {
			t.Errorf("%q finds %s", text, id)
		}
	}
}

func TestANameThatStandsForAnIDIsFoundAsItIsWritten(t *testing.T) {
	if !traceMatcher("Order-Trace-7")(trace.OpaqueID("Order-Trace-7")) {
		t.Error("not found")
	}
	if !spanMatcher("Root-Span")(&trace.Span{ID: trace.OpaqueSpanID("Root-Span")}) {
		t.Error("not found")
	}
}

func TestASpanIsFoundByItsIDInTheSpellingsThatPeopleHave(t *testing.T) {
	id, _ := trace.ParseSpanID(pastedSpan)
	for _, text := range []string{pastedSpan, "f067aa0ba902b7", "00F067AA0BA902B7", "0x00f067aa0ba902b7", "APBnqgupArc=", "00-" + pasted + "-" + pastedSpan + "-01"} {
		if !spanMatcher(text)(&trace.Span{ID: id}) {
			t.Errorf("%q finds nothing", text)
		}
	}
}

func TestASlashOfBase64IsNoEndOfAnID(t *testing.T) {
	for text, want := range map[string][2]string{
		"S/kvNXezTaajzpKdDg5HNg==":              {"S/kvNXezTaajzpKdDg5HNg==", ""},
		"S/kvNXezTaajzpKdDg5HNg==/APBnqgupArc=": {"S/kvNXezTaajzpKdDg5HNg==", "APBnqgupArc="},
		"S/kvNXezTaajzpKdDg5HNg==/AP/nqgupArc=": {"S/kvNXezTaajzpKdDg5HNg==", "AP/nqgupArc="},
		"4bf92f/00f067aa0ba902b7":               {"4bf92f", "00f067aa0ba902b7"},
	} {
		first, second := cutIDs(text, isTraceID)
		if got := [2]string{first, second}; got != want {
			t.Errorf("%q is cut into %q", text, got)
		}
	}
}
