package replay

import (
	"cmp"
	"slices"
	"strings"
)

// A turns is calls that are made in turn, as what is made at once is asked for.
type turns struct {
	text        string
	independent bool
	took        int64
}

// inTurn returns calls of one span that some requests of a journey make one after the other, those that take longest
// first.
func (r *Run) inTurn(j *Journey) []turns {
	seen := map[string]*turns{}
	for _, i := range thinned(j.Requests) {
		q := r.Requests[i]
		for k := 1; k < len(q.nodes); k++ {
			r.afterAnother(q, int32(k), seen)
		}
	}
	var all []turns
	for _, t := range seen {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b turns) int { return cmp.Or(cmp.Compare(b.took, a.took), cmp.Compare(a.text, b.text)) })
	return all[:min(len(all), mostTriedPlaces)]
}

// afterAnother notes a call that begins behind another one of the same span: a sibling of other kind that it was seen
// beside or before elsewhere, or one of its own kind.
func (r *Run) afterAnother(q *Request, k int32, seen map[string]*turns) {
	n := &q.nodes[k]
	b := q.steps[2*k].binding
	if n.visit > 0 {
		return
	}
	note := func(before int32, independent bool) {
		names := []string{r.Paths[q.nodes[before].path].Does.Name, r.Paths[n.path].Does.Name}
		slices.Sort(names)
		names = slices.Compact(names)
		if strings.ContainsAny(strings.Join(names, ""), "{},=*?\\") {
			return
		}
		text := strings.Join(names, ",")
		if seen[text] == nil {
			seen[text] = &turns{text: text, independent: independent}
		}
		seen[text].took += min(took(n), took(&q.nodes[before]))
	}
	if b >= 0 && q.nodes[b].path == n.path && !q.nodes[b].failed {
		note(b, false)
	}
	for before := n.parent + 1; before < k; before = q.nodes[before].last + 1 {
		if q.nodes[before].end <= n.start && r.Orders.Independent(q.nodes[before].path, n.path) {
			note(before, true)
		}
	}
}
