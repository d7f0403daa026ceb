package run

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/report/unit"
)

// Progress draws one line that is overwritten on a terminal. A nil Progress draws nothing, so
// callers need not ask. It must be used by one goroutine at a time.
type Progress struct {
	w      io.Writer
	now    func() time.Time
	start  time.Time
	last   time.Time
	length int
}

// pause is the least time between two drawings.
const pause = 100 * time.Millisecond

// NewProgress returns a progress line on w, which can be overwritten.
func NewProgress(w io.Writer, now func() time.Time) *Progress {
	return &Progress{w: w, now: now, start: now(), last: now()}
}

// Update draws how far reading has come, unless the last drawing is too recent to be read.
func (p *Progress) Update(s ingest.Progress) {
	if p == nil || p.now().Sub(p.last) < pause {
		return
	}
	p.last = p.now()
	p.draw(line(s, p.last.Sub(p.start)))
}

// Done wipes the line.
func (p *Progress) Done() {
	if p == nil || p.length == 0 {
		return
	}
	fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.length))
	p.length = 0
}

// draw overwrites the line with spaces and not with an escape sequence, which not every
// terminal knows.
func (p *Progress) draw(text string) {
	fmt.Fprintf(p.w, "\r%s%s", text, strings.Repeat(" ", max(0, p.length-len(text))))
	p.length = len(text)
}

func line(s ingest.Progress, took time.Duration) string {
	text := "reading " + unit.Bytes(s.Bytes)
	if s.Total > 0 {
		text += " of " + unit.Bytes(s.Total)
	}
	text += ", " + unit.Count(s.Spans) + " spans"
	if took < time.Second {
		return text
	}
	rate := int64(float64(s.Bytes) / took.Seconds())
	text += ", " + unit.Bytes(rate) + "/s"
	if s.Total > s.Bytes && rate > 0 {
		text += fmt.Sprintf(", %d s left", (s.Total-s.Bytes+rate-1)/rate)
	}
	return text
}
