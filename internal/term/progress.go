package term

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/longpole/longpole/report/unit"
)

// A Status says how far reading has come.
type Status struct {
	Bytes, Total int64 // read and to be read, as stored; Total is 0 if it is not known
	Spans        int64
}

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

// NewProgress returns a progress line on w, or nil where it would only be in the way: if w is
// no terminal, a dumb one, or the log of a CI system.
func NewProgress(w io.Writer, isTerminal bool, env Env, now func() time.Time) *Progress {
	if !isTerminal || env("TERM") == "dumb" || isSet(env("CI")) {
		return nil
	}
	return &Progress{w: w, now: now, start: now(), last: now()}
}

// Update draws s, unless the last drawing is too recent to be read.
func (p *Progress) Update(s Status) {
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

func line(s Status, took time.Duration) string {
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
