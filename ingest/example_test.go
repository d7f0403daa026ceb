package ingest_test

import (
	"fmt"

	"github.com/longpole/longpole/ingest"
)

func Example() {
	zipkin := `[{"traceId": "c0ffee", "id": "1", "name": "GET /", "timestamp": 1700000000000000, "duration": 2500, "localEndpoint": {"serviceName": "web"}}]`
	spans, err := ingest.ReadBytes("traces.json", []byte(zipkin), ingest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer spans.Close()
	for one := range spans.Traces() {
		fmt.Println(one[0].Sig.Service, one[0].Sig.Name, one[0].Duration())
	}
	fmt.Println(spans.Ledger.Files[0].Format, spans.Ledger.Spans)
	// Output:
	// web GET / 2.5ms
	// zipkin 1
}
