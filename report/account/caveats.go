package account

import (
	"fmt"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

// Caveats returns a sentence for each reason why the figures may not be those of the requests that
// there were. They open a report, and go to stderr beside one that no person reads.
func Caveats(res *analyze.Result) (all []string) {
	if res.Dates.Wrong() {
		all = append(all, "T"+Dates(res)[1:]+", so nothing here is fit for a verdict.")
	}
	if res.Observations == 0 && len(res.Verdicts) == 0 {
		return all // that is what the report is about
	}
	if left := res.LeftOut.Traces; left*20 > res.Ledger.Traces {
		all = append(all, fmt.Sprintf("%s of %s left out: the root span is missing (report --incomplete=keep takes the topmost span instead).",
			unit.Count(left), unit.Of(res.Ledger.Traces, "trace is", "traces are")))
	}
	if manyUnfinished(res) {
		all = append(all, fmt.Sprintf("%s of %s left out: nobody knows how long that took, without an end or with one before the start.",
			unit.Count(res.LeftOut.Unfinished), unit.Of(res.LeftOut.Unfinished+res.Observations, "request is", "requests are")))
	}
	return all
}

// manyUnfinished reports whether so many requests have no end that percentiles may be too low.
func manyUnfinished(res *analyze.Result) bool {
	n := res.LeftOut.Unfinished
	return n*100 > n+res.Observations
}

// FewUnfinished ends the first line where requests are missing but hardly matter.
func FewUnfinished(res *analyze.Result) string {
	if res.LeftOut.Unfinished == 0 || manyUnfinished(res) {
		return ""
	}
	return " " + unit.Of(res.LeftOut.Unfinished, "request", "requests") + " without an end left out."
}

// NoRequest says why nothing was measured.
func NoRequest(res *analyze.Result) string {
	apart := ApartCount(res.Apart)
	switch {
	case res.Unchosen.Requests > 0:
		return "of " + unit.Of(res.Unchosen.Requests, "request", "requests") + ", none is chosen"
	case res.LeftOut.Unfinished > 0 && res.LeftOut.Traces+apart == 0:
		return "of " + unit.Of(res.LeftOut.Unfinished, "request", "requests") + ", none has an end that says how long it took"
	case apart > 0 && res.LeftOut.Traces+res.LeftOut.Unfinished == 0:
		return "all roots are polls that received nothing, connections, streams or sessions"
	case apart+res.LeftOut.Unfinished > 0:
		return "what began has no end, or is no request"
	}
	return "of " + unit.Of(res.Ledger.Traces, "trace", "traces") + ", none has its root span"
}

// Dates says that dates cannot be and, where it can be told, what was written.
func Dates(res *analyze.Result) string {
	d := res.Dates
	what := "the times are in another unit"
	if written, read := unitsOf(res); written != "" {
		what += ": " + written + " were written where " + read + " belong"
	}
	return fmt.Sprintf("%s (%s of %s before 2000 or after 2100)", what, unit.Count(d.Odd), unit.Of(d.Of, "request begins", "requests begin"))
}

var unitNames = []string{"nanoseconds", "microseconds", "milliseconds", "seconds"}

// unitsOf names the unit that was written and the one that the formats of the input have; nothing
// where the numbers fit no unit.
func unitsOf(res *analyze.Result) (written, read string) {
	at := map[analyze.Unit]int{analyze.Microseconds: 1, analyze.Milliseconds: 2, analyze.Seconds: 3}[res.Dates.Unit]
	has := 0
	if inMicroseconds(res) {
		has = 1
	}
	if at == 0 || at+has >= len(unitNames) {
		return "", ""
	}
	return unitNames[at+has], unitNames[has]
}

// inMicroseconds reports whether all files have a format whose times are microseconds.
func inMicroseconds(res *analyze.Result) bool {
	for _, f := range res.Ledger.Files {
		if f.Spans > 0 && !strings.HasPrefix(f.Format, "zipkin") && !strings.HasPrefix(f.Format, "jaeger") {
			return false
		}
	}
	return len(res.Ledger.Files) > 0
}

// ApartCount is how many roots are no request.
func ApartCount(all []analyze.Apart) (n int) {
	for _, a := range all {
		n += a.Count
	}
	return n
}
