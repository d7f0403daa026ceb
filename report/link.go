package report

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/longpole/longpole/trace"
)

// CheckTraceURL refuses a template of links that would not lead to a trace.
func CheckTraceURL(template string) error {
	u, err := url.Parse(TraceLink(template, trace.ID{}, 0))
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return errors.New("it must be an http or https address, such as https://jaeger.example/trace/{traceID}?uiFind={spanID}")
	case !strings.Contains(template, "{traceID}"):
		return errors.New("it must hold {traceID}, and may hold {spanID}")
	}
	return nil
}

// TraceLink returns a link to a trace by a template. What is no part of an address is encoded,
// so that a link is one word of plain ASCII on every output.
func TraceLink(template string, id trace.ID, root trace.SpanID) string {
	link := strings.NewReplacer("{traceID}", id.String(), "{spanID}", root.String()).Replace(template)
	var b strings.Builder
	for i := range len(link) {
		if c := link[i]; c <= ' ' || c > '~' || strings.IndexByte("\"'<>[]\\^`{|}*", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(link[i])
	}
	return b.String()
}
