package semconv_test

import (
	"testing"

	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

func TestTheStatusOfACallIsThatOfHTTPElseTheNumberOfItsCode(t *testing.T) {
	for status, attrs := range map[int]trace.Attrs{
		503: {{Key: "http.response.status_code", Value: "503"}, {Key: "rpc.grpc.status_code", Value: "14"}},
		14:  {{Key: "rpc.grpc.status_code", Value: "14"}},
		4:   {{Key: "rpc.grpc.status_code", Value: "DEADLINE_EXCEEDED"}},
		0:   {{Key: "rpc.grpc.status_code", Value: "strange"}},
	} {
		if got := semconv.Status(&trace.Signature{Attrs: attrs}); got != status {
			t.Errorf("%v: %d, want %d", attrs, got, status)
		}
	}
}
