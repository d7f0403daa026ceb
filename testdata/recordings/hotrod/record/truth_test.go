package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTruthIsWhatTheRecordingsHold(t *testing.T) {
	text, err := os.ReadFile("../truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var want truth
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Recordings) != len(recordings) {
		t.Fatalf("truth.json tells of %d recordings, want %d", len(want.Recordings), len(recordings))
	}
	for _, r := range want.Recordings {
		got, err := summarize(filepath.Join("..", r.File))
		if err != nil {
			t.Error(err)
		}
		if !reflect.DeepEqual(got, r.summary) {
			t.Errorf("%s holds\n%+v\nand truth.json says\n%+v", r.File, got, r.summary)
		}
	}
}

func TestTheConfigurationImpliesThreeHundredOneHundredNinetyFiveAndTwoHundred(t *testing.T) {
	const ms = time.Millisecond
	want := map[string]implied{
		"baseline":             {MySQL: 300 * ms, Driver: 195 * ms, Route: 200 * ms},
		"db-query-delay-100ms": {MySQL: 100 * ms, Driver: 195 * ms, Route: 200 * ms},
		"no-db-conn-mutex":     {MySQL: 300 * ms, Driver: 195 * ms, Route: 200 * ms},
		"route-pool-100":       {MySQL: 300 * ms, Driver: 195 * ms, Route: 50 * ms},
	}
	for _, r := range recordings {
		if got := r.repaired(asItComes()).implies(); got != want[r.name] {
			t.Errorf("%s implies %+v, want %+v", r.name, got, want[r.name])
		}
	}
}

// One request: the lock is had 40 after the query begins.
//
//	0   10    50             240 250            400     500
//	|------------------- /dispatch ----------------------|
//	    |---- SQL SELECT ------|
//	          Acquired lock        |- FindNearest -|
const oneRequest = `{"resourceSpans":[
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"frontend"}}]},"scopeSpans":[{"spans":[
  {"traceId":"00000000000000000000000000000001","spanId":"0000000000000001","name":"/dispatch","kind":2,"startTimeUnixNano":"1000","endTimeUnixNano":"1500",
   "attributes":[{"key":"http.route","value":{"stringValue":"/dispatch"}},{"key":"http.response.status_code","value":{"intValue":"500"}}],"status":{"code":2}},
  {"traceId":"00000000000000000000000000000001","spanId":"0000000000000003","parentSpanId":"0000000000000001","name":"driver.DriverService/FindNearest","kind":3,"startTimeUnixNano":"1250","endTimeUnixNano":"1400"}]}]},
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"mysql"}}]},"scopeSpans":[{"spans":[
  {"traceId":"00000000000000000000000000000001","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"SQL SELECT","kind":3,"startTimeUnixNano":"1010","endTimeUnixNano":"1240",
   "events":[{"timeUnixNano":"1050","name":"Acquired lock; 0 transactions waiting behind"}]}]}]}]}`

func TestPhasesAreCutWhereTheSpansBeginAndEnd(t *testing.T) {
	line := strings.ReplaceAll(oneRequest, "\n", "") + "\n"
	got, err := count(bufio.NewReader(strings.NewReader(line)))
	if err != nil {
		t.Fatal(err)
	}
	one := phases{Total: 500, Customer: 250, MySQL: 230, Lock: 40, Driver: 150, Route: 100}
	want := summary{
		Lines: 1, Traces: 1, Spans: 3, Roots: 1, ErrorSpans: 1,
		SpansByService: map[string]int{"frontend": 2, "mysql": 1},
		Dispatch:       dispatch{Count: 1, Failed: 1, P50: 500, P95: 500, P99: 500, Typical: one, Tail: one},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestALineThatIsCutOffIsAnError(t *testing.T) {
	_, err := count(bufio.NewReader(strings.NewReader(`{"resourceSpans":[`)))
	if err == nil {
		t.Error("half a line was counted")
	}
}
