package critpath

import (
	"cmp"
	"slices"
	"sort"

	"github.com/longpole/longpole/trace"
)

// A Spell is a stretch of time.
type Spell struct{ From, To trace.Time }

// Spells are stretches of time in order, none touching another.
type Spells []Spell

// Union returns the time that any of spells covers. It takes the slice over.
func Union(spells []Spell) Spells {
	slices.SortFunc(spells, func(a, b Spell) int { return cmp.Compare(a.From, b.From) })
	out := spells[:0]
	for _, s := range spells {
		if last := len(out) - 1; last >= 0 && s.From <= out[last].To {
			out[last].To = max(out[last].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Cut divides [from, to) at the bounds of the spells and hands each piece to f in time order,
// saying whether a spell covers it.
func (s Spells) Cut(from, to trace.Time, f func(from, to trace.Time, inside bool)) {
	first := sort.Search(len(s), func(i int) bool { return s[i].To > from })
	for _, spell := range s[first:] {
		if spell.From >= to {
			break
		}
		if from < spell.From {
			f(from, spell.From, false)
			from = spell.From
		}
		end := min(to, spell.To)
		f(from, end, true)
		from = end
	}
	if from < to {
		f(from, to, false)
	}
}
