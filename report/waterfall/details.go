package waterfall

import (
	"slices"
	"strconv"

	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// details say how a span on the path ended and, where a service begins, which instance of it that was.
func (wf *Waterfall) details(i int32) (p page.Phrase) {
	if !wf.onPath[i] {
		return nil
	}
	s := wf.span(i)
	if code := semconv.Status(s.Sig); code >= 300 || code != 0 && s.Flags.Has(trace.Failed) {
		p = page.Say(p, ", ", strconv.Itoa(code))
	}
	if kind, _ := s.Sig.Attrs.Get("error.type"); kind != "" && kind != strconv.Itoa(semconv.Status(s.Sig)) {
		p = page.Say(p, ", ", page.Name(kind))
	}
	if parent := wf.trace.Parent(i); i == wf.root || parent == trace.None || wf.span(parent).Sig.Service != s.Sig.Service {
		for _, value := range wf.where(s) {
			p = page.Say(p, ", ", page.Name(value))
		}
	}
	for _, key := range wf.asked() {
		if value, has := s.Sig.First(key); has && value != "" && !wf.inherits(i, key, value) {
			p = page.Say(p, ", ", page.Name(key), " ", page.Name(value))
		}
	}
	return p
}

// asked are the attributes that the plan asks about, without those that are shown in any case.
func (wf *Waterfall) asked() []string {
	if wf.explain.Plan == nil {
		return nil
	}
	return slices.DeleteFunc(wf.explain.Plan.Keys(), func(key string) bool {
		return slices.Contains(instances, key) || slices.Contains(alwaysShown, key)
	})
}

// inherits reports whether the span above says the same, as all spans of a service do of its resource.
func (wf *Waterfall) inherits(i int32, key, value string) bool {
	parent := wf.trace.Parent(i)
	if i == wf.root || parent == trace.None {
		return false
	}
	above, has := wf.span(parent).Sig.First(key)
	return has && above == value
}

// alwaysShown are attributes that details show without being asked.
var alwaysShown = []string{"service.version", "cloud.region", "cloud.availability_zone", "error.type"}

// instances are attributes that tell one instance of a service from another, the best first.
var instances = []string{"service.instance.id", "k8s.pod.name", "container.name", "host.name", "container.id", "host.id"}

// where says which instance a span ran on, of which version, in which region.
func (wf *Waterfall) where(s *trace.Span) (values []string) {
	add := func(keys ...string) {
		if value, has := s.Sig.First(keys...); has && value != "" {
			values = append(values, value)
		}
	}
	add(instances...)
	add("service.version")
	add("cloud.region", "cloud.availability_zone")
	return values
}

// longest is the span with most path time of its own.
func (wf *Waterfall) longest() int32 {
	best := wf.root
	for i := range wf.trace.Spans {
		if at := int32(i); wf.pathTime(at) > wf.pathTime(best) {
			best = at
		}
	}
	return best
}

// slowest names that span, by its id, and the instance that it ran on.
func (wf *Waterfall) slowest() page.Phrase {
	i := wf.longest()
	s := wf.span(i)
	p := page.Say("The longest part is ", unit.Duration(wf.pathTime(i)), " in ", page.Name(semconv.Operation(s.Sig)), ", span ", s.ID.String())
	if instance, has := s.Sig.First(instances...); has && instance != "" {
		p = page.Say(p, ", on ", page.Name(instance))
	}
	return page.Say(p, ".")
}

// isShort reports whether a line would be a row of nothing: nothing below it, and no time that is
// printed.
func (wf *Waterfall) isShort(l *waterLine, s unit.Scale) bool {
	if l.span == wf.root || s.Round(l.took) != 0 || s.Round(l.path) != 0 {
		return false
	}
	return l.alike || l.more == 0 && len(wf.trace.Children(l.span)) == 0 && !wf.span(l.span).Flags.Has(trace.Failed)
}

// rows are the lines that are shown one by one, and one for all that would be rows of nothing.
func (wf *Waterfall) rows(s unit.Scale) []waterLine {
	var shown []waterLine
	short := waterLine{}
	for i := range wf.lines {
		l := &wf.lines[i]
		if !wf.isShort(l, s) {
			shown = append(shown, *l)
			continue
		}
		if short.more == 0 {
			short.span, short.short = l.span, true
		}
		short.swallow(l)
	}
	switch {
	case short.more == 1: // a row for one is a row for that one
		return wf.lines
	case short.more > 1:
		shown = append(shown, short)
	}
	return shown
}
