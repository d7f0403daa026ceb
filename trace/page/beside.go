package page

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/trace"
)

// shifted begins the name of the event that says of a page how much its layout shifted.
const shifted = "cls "

// beside says as events of a page what is no part of its time: resources that nobody waited for, and how much its layout shifted.
func (w *weaver) beside(painted, activation time.Duration) *trace.More {
	at := w.zero.Add(painted)
	var events []trace.Event
	for i := range w.page.Resources {
		t := &w.page.Resources[i]
		end, ended := t.At(ResponseEnd)
		switch {
		case !ended || end-activation <= painted:
		case t.Or(FetchStart, 0)-activation < painted:
			events = append(events, trace.Event{Name: trace.PageOutlasted, At: at})
		default:
			events = append(events, trace.Event{Name: trace.PageFollowed, At: at})
		}
	}
	if v := w.page.Vitals["cls"]; v != nil && v.score() >= 0 && v.score() < 1e6 {
		events = append(events, trace.Event{Name: shifted + strconv.Itoa(int(math.Round(v.score()*100))), At: at})
	}
	if len(events) == 0 {
		return nil
	}
	slices.SortStableFunc(events, func(a, b trace.Event) int { return strings.Compare(a.Name, b.Name) })
	return &trace.More{Events: events}
}

// ShiftOf returns how much the layout of a page shifted, in hundredths; ok is false if nobody said.
func ShiftOf(s *trace.Span) (hundredths int32, ok bool) {
	for _, e := range s.Events() {
		if text, is := strings.CutPrefix(e.Name, shifted); is {
			n, err := strconv.ParseInt(text, 10, 32)
			return int32(n), err == nil
		}
	}
	return 0, false
}
