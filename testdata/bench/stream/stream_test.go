package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestCopiesOfLinesHaveTraceIDsOfTheirOwn(t *testing.T) {
	const line = `{"spans":[{"traceId":"aaaaaaaa11112222","spanId":"bb"},{"traceId":"aaaaaaaa11112222","spanId":"cc"}]}` + "\n"
	var out bytes.Buffer
	if err := write(&out, []byte(line), 2); err != nil {
		t.Fatal(err)
	}
	want := `{"spans":[{"traceId":"0000000111112222","spanId":"bb"},{"traceId":"0000000111112222","spanId":"cc"}]}
{"spans":[{"traceId":"0000000211112222","spanId":"bb"},{"traceId":"0000000211112222","spanId":"cc"}]}
`
	if out.String() != want {
		t.Errorf("got\n%s", &out)
	}
}

func TestCopiesOfJaegersTracesAreOneDocument(t *testing.T) {
	const doc = `{"data":[{"traceID":"aaaaaaaa1111"},{"traceID":"bbbbbbbb2222"}],"total":0}`
	var out bytes.Buffer
	if err := write(&out, []byte(doc), 3); err != nil {
		t.Fatal(err)
	}
	var got struct{ Data []struct{ TraceID string } }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, trace := range got.Data {
		ids[trace.TraceID] = true
	}
	if len(ids) != 6 {
		t.Errorf("%d traces of 6: %s", len(ids), &out)
	}
}
