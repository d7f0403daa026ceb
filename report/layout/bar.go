package layout

import (
	"math/bits"
	"strings"
)

// An Ink is how strongly a part of a bar is drawn.
type Ink uint8

// The inks, the strongest last: where two meet in one column the stronger one shows.
const (
	Blank Ink = iota
	Light
	Full
)

// A Stretch is a part of a bar.
type Stretch struct {
	From, To int64
	Ink      Ink
}

// A Bar is a line from 0 to Whole with stretches of ink on it.
type Bar struct {
	Whole     int64
	Stretches []Stretch
}

// Draw returns the bar in width columns. A stretch always shows, however short it is.
func (b Bar) Draw(width int, ascii bool) string {
	if width <= 0 {
		return ""
	}
	cells := make([]Ink, width)
	for _, s := range b.Stretches {
		from, to := b.columns(s, width)
		for i := from; i < to; i++ {
			cells[i] = max(cells[i], s.Ink)
		}
	}
	inks := [...]string{" ", "░", "█"}
	if ascii {
		inks = [...]string{" ", ".", "#"}
	}
	var out strings.Builder
	for _, c := range cells {
		out.WriteString(inks[c])
	}
	return strings.TrimRight(out.String(), " ")
}

func (b Bar) columns(s Stretch, width int) (from, to int) {
	from = min(b.Scaled(s.From, width), width-1)
	to = b.Scaled(s.To, width)
	return from, min(max(to, from+1), width)
}

// Scaled returns where at lies on a bar of that width, without overflow on the way.
func (b Bar) Scaled(at int64, width int) int {
	at = max(0, min(at, b.Whole))
	if b.Whole <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(at), uint64(width))
	lo, carry := bits.Add64(lo, uint64(b.Whole)/2, 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(b.Whole))
	return int(q)
}
