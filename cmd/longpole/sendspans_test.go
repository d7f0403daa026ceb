package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// sendSpans is a program that is instrumented: it sends as many requests as its argument says, of one
// span each, where its environment has it, and then ends as a second argument has it: an exit code.
func sendSpans() {
	n, err := strconv.Atoi(os.Args[1])
	for i := range n {
		if err = sendSpan(i); err != nil {
			fmt.Fprintln(os.Stderr, err)
			break
		}
	}
	code := 0
	if len(os.Args) > 2 {
		code, err = strconv.Atoi(os.Args[2])
	}
	if err != nil {
		code = 1
	}
	os.Exit(code)
}

func sendSpan(i int) error {
	body := fmt.Sprintf(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeSpans":[{"spans":[`+
		`{"traceId":"0af7651916cd43dd8448eb211c8%05x","spanId":"00f067aa0ba%05x","name":"GET /","kind":2,"startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"17800000000%08d"}]}]}]}`,
		i, i+1, 10_000_00+i)
	r, err := http.Post(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")+"/v1/traces", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if answer, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", r.Status, answer)
	}
	return nil
}
