package run

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/ingest"
)

func TestProgressIsDrawnOverItselfAndWipedAtTheEnd(t *testing.T) {
	var b bytes.Buffer
	at := time.Unix(0, 0)
	p := NewProgress(&b, func() time.Time { return at })
	p.Update(ingest.Progress{Bytes: 1, Spans: 1}) // too soon
	at = at.Add(2 * time.Second)
	p.Update(ingest.Progress{Bytes: 20_000_000, Total: 100_000_000, Spans: 12_345})
	p.Done()
	p.Done()
	line := "reading 20.0 MB of 100 MB, 12,345 spans, 10.0 MB/s, 8 s left"
	if want := "\r" + line + "\r" + strings.Repeat(" ", len(line)) + "\r"; b.String() != want {
		t.Errorf("drawn\n%q, want\n%q", b.String(), want)
	}
}

func TestNoProgressDrawsNothing(t *testing.T) {
	var p *Progress
	p.Update(ingest.Progress{})
	p.Done()
}
