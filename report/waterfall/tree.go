package waterfall

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

const (
	// mostAlike is how many like siblings off the path are shown one by one.
	mostAlike = 3
	// mostLines is how many spans a waterfall shows.
	mostLines = 200
)

// A branch is a span that is still to be laid out, or a run of like siblings.
type branch struct {
	spans []int32
	depth int
}

// tree lays out top and what is below it, parents before children. The stack is its own, for
// traces may be deeper than any program's.
func (wf *Waterfall) tree(top int32, depth int) []waterLine {
	var lines []waterLine
	open := []branch{{[]int32{top}, depth}}
	for len(open) > 0 {
		b := open[len(open)-1]
		open = open[:len(open)-1]
		if len(b.spans) > 1 {
			lines = append(lines, wf.run(b))
			continue
		}
		lines = append(lines, wf.one(b.spans[0], b.depth))
		below := wf.branches(b.spans[0], b.depth+1)
		slices.Reverse(below)
		open = append(open, below...)
	}
	return lines
}

func (wf *Waterfall) one(i int32, depth int) waterLine {
	s := wf.span(i)
	return waterLine{span: i, depth: depth, path: wf.pathTime(i), took: s.Duration(), ends: s.End, all: []int32{i}}
}

// run stands for siblings off the path, with everything below them.
func (wf *Waterfall) run(b branch) waterLine {
	l := waterLine{span: b.spans[0], depth: b.depth, alike: true}
	open := slices.Clone(b.spans)
	for len(open) > 0 {
		i := open[len(open)-1]
		open = append(open[:len(open)-1], wf.trace.Children(i)...)
		l.more++
	}
	for _, i := range b.spans {
		l.took += wf.span(i).Duration()
		l.ends = max(l.ends, wf.span(i).End)
	}
	return l
}

// branches divides the children of p into spans to be shown and runs to be counted. The first
// of a run is shown, so that there is something the others are like.
func (wf *Waterfall) branches(p int32, depth int) []branch {
	var out []branch
	var like []int32
	flush := func() {
		if len(like) > mostAlike {
			out = append(out, branch{like[:1:1], depth}, branch{like[1:], depth})
		} else {
			for i := range like {
				out = append(out, branch{like[i : i+1 : i+1], depth})
			}
		}
		like = nil
	}
	for _, k := range wf.trace.Children(p) {
		if len(like) > 0 && (wf.onPath[k] || !wf.alike(like[0], k)) {
			flush()
		}
		if wf.onPath[k] {
			out = append(out, branch{[]int32{k}, depth})
			continue
		}
		like = append(like, k)
	}
	flush()
	return out
}

func (wf *Waterfall) alike(a, b int32) bool {
	x, y := wf.span(a).Sig, wf.span(b).Sig
	return x == y || (x.Service == y.Service && x.Name == y.Name && x.Kind == y.Kind)
}

// bounded keeps the lines that tell most, those of the path first and of them the longest, and
// counts the others where they stood.
func bounded(lines []waterLine) []waterLine {
	if len(lines) <= mostLines {
		return lines
	}
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order[1:], func(a, b int) int {
		return cmp.Or(-cmp.Compare(lines[a].path, lines[b].path), -cmp.Compare(lines[a].took, lines[b].took))
	})
	keep := make([]bool, len(lines))
	for _, i := range order[:mostLines] {
		keep[i] = true
	}
	var out []waterLine
	for i := range lines {
		if keep[i] {
			out = append(out, lines[i])
			continue
		}
		if i == 0 || keep[i-1] {
			out = append(out, waterLine{span: lines[i].span, depth: lines[i].depth})
		}
		out[len(out)-1].swallow(&lines[i])
	}
	return out
}

// swallow makes l stand for o, too.
func (l *waterLine) swallow(o *waterLine) {
	l.more += max(o.more, 1)
	l.path += o.path
	l.took += o.took
	l.ends = max(l.ends, o.ends)
	l.all = append(l.all, o.all...)
}

// firstStart returns where a line begins on the time axis.
func (wf *Waterfall) firstStart(l *waterLine) trace.Time {
	start := wf.span(l.span).Start
	for _, i := range l.all {
		start = min(start, wf.span(i).Start)
	}
	return start
}
