package layout

import "slices"

const (
	gap       = 2  // spaces between columns
	leastName = 28 // columns that a name keeps while there is anything to leave out
	leastCut  = 6  // columns that a name keeps in any case
	leastBar  = 10
	mostBar   = 30
)

// fitted is a column that is shown, and how wide.
type fitted struct {
	at    int // in the table's columns
	width int
	want  int
	bars  bool
	cut   bool
}

// fit chooses columns and widths: first it leaves out what matters least, then it shortens
// names, and room that is left goes to names before bars.
func (t Table) fit(s Style) []fitted {
	columns := t.wanted()
	if s.Width <= 0 {
		return columns
	}
	room := s.Width - s.Indent
	for {
		columns = narrowed(columns, leastName)
		worst := t.worst(columns)
		if sum(columns) <= room || worst < 0 {
			break
		}
		columns = slices.Delete(columns, worst, worst+1)
	}
	if sum(columns) > room {
		columns = narrowed(columns, leastCut)
	}
	widen(columns, room-sum(columns), func(c fitted) bool { return c.cut })
	widen(columns, room-sum(columns), func(c fitted) bool { return c.bars })
	return columns
}

func (t Table) wanted() []fitted {
	columns := make([]fitted, len(t.Columns))
	for i, c := range t.Columns {
		f := fitted{at: i, bars: c.Bars, cut: c.Cut, want: Width(c.Head)}
		for _, row := range t.Rows {
			f.want = max(f.want, Width(row[i].Text))
		}
		if t.Total != nil {
			f.want = max(f.want, Width(t.Total[i].Text))
		}
		if c.Bars {
			f.want = mostBar
		}
		f.width = f.want
		columns[i] = f
	}
	return columns
}

func narrowed(columns []fitted, name int) []fitted {
	for i := range columns {
		switch c := &columns[i]; {
		case c.bars:
			c.width = min(c.want, leastBar)
		case c.cut:
			c.width = min(c.want, name)
		}
	}
	return columns
}

// worst returns the column to leave out next, -1 if none may be.
func (t Table) worst(columns []fitted) int {
	worst, rank := -1, 0
	for i, c := range columns {
		if d := t.Columns[c.at].Drop; d > rank {
			worst, rank = i, d
		}
	}
	return worst
}

func sum(columns []fitted) int {
	n := -gap
	for _, c := range columns {
		n += c.width + gap
	}
	return n
}

// widen shares out room among the columns that may take it, to each what it wants at most.
func widen(columns []fitted, room int, may func(fitted) bool) {
	for i := range columns {
		c := &columns[i]
		if room <= 0 || !may(*c) {
			continue
		}
		more := min(room, c.want-c.width)
		c.width += more
		room -= more
	}
}
