package bounded

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/wire"
)

// A Histogram counts durations by their first three digits, each for what it weighs in 1024ths of a request. Below a
// tenth of a millisecond it counts by 64 ns.
type Histogram struct{ *hdrhistogram.Histogram }

const (
	unit    = 100 * time.Nanosecond
	digits  = 3
	atFirst = time.Second // it grows with what is longer
	longest = 1 << 53     // ns, 104 days: what is longer counts as that
	part    = quantile.One / 1024
)

func weightOf(w quantile.Weight) int64 { return int64(max(1, (w+part/2)/part)) }

// Add counts a duration.
func (h *Histogram) Add(d time.Duration, w quantile.Weight) {
	d = min(max(d, 0), longest)
	h.reach(d)
	_ = h.RecordValues(int64(d), weightOf(w)) // it reaches d
}

func (h *Histogram) reach(d time.Duration) {
	if h.Histogram != nil && int64(d) <= h.HighestTrackableValue() {
		return
	}
	most := atFirst
	for most < d {
		most *= 2
	}
	more := hdrhistogram.New(int64(unit), int64(most), digits)
	if h.Histogram != nil {
		more.Merge(h.Histogram)
	}
	h.Histogram = more
}

// Merge adds what another one counts.
func (h *Histogram) Merge(o *Histogram) {
	if o.Histogram == nil {
		return
	}
	h.reach(time.Duration(o.HighestTrackableValue()))
	h.Histogram.Merge(o.Histogram)
}

// Values returns the durations in order, as long as the longest that counts as the same; none is longer than most.
func (h *Histogram) Values(most time.Duration) (values []quantile.Value) {
	if h.Histogram == nil {
		return nil
	}
	for _, b := range h.Distribution() {
		if b.Count > 0 {
			values = append(values, quantile.Value{Time: min(time.Duration(b.To), most), Weight: quantile.Weight(b.Count) * part})
		}
	}
	return values
}

// Code is what is counted: each duration that has any as the least that counts as the same, and how often.
func (h *Histogram) Code(c *wire.Coder) {
	var all []hdrhistogram.Bar
	if h.Histogram != nil {
		for _, b := range h.Distribution() {
			if b.Count > 0 {
				all = append(all, b)
			}
		}
	}
	wire.List(c, &all, func(b *hdrhistogram.Bar) {
		wire.Num(c, &b.From)
		wire.Num(c, &b.Count)
		if c.Reading() && (b.From < 0 || b.From > int64(longest) || b.Count <= 0) {
			c.Fail("a histogram counts what cannot be")
			return
		}
		if c.Reading() {
			h.reach(time.Duration(b.From))
			_ = h.RecordValues(b.From, b.Count) // it reaches that
		}
	})
}
