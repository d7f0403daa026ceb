package waterfall

import (
	"fmt"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

func TestTwoTracesAreLaidBesideEachOtherAndTheirDifferenceAddsUp(t *testing.T) {
	slow, typical := waterfall(t, trace.Assemble(reporttest.Checkout(t, 180, 17), trace.Options{})), waterfall(t, trace.Assemble(reporttest.Checkout(t, 40, 19), trace.Options{}))
	p := slow.Beside(typical)
	if want := "took 209 ms, 00000000000000000000000000000001 71.0 ms: of the 138 ms more, 138 ms is app, in payment."; !strings.HasSuffix(p.Answer.String(), want) {
		t.Errorf("it says %q", p.Answer)
	}
	for _, item := range p.Sections[0].Items {
		sums := [3]float64{}
		for _, row := range append(item.Table.Rows, item.Table.Total) {
			for i := range sums {
				var n float64
				fmt.Sscanf(strings.ReplaceAll(row[i+1].Text.String(), ",", ""), "%g", &n)
				if row[0].Text.String() == "total" && (sums[i]-n > 1e-6 || n-sums[i] > 1e-6) {
					t.Errorf("%s: column %d adds up to %v, the total is %v", item.Table.Title, i+1, sums[i], n)
				}
				sums[i] += n
			}
		}
	}
	valid(t, "two traces", reporttest.Published(t, "waterfall"), p)
	if got := typical.Beside(slow).Answer.String(); strings.Contains(got, "more") {
		t.Errorf("of the quicker one it says %q", got)
	}
}

func TestSpansOnThePathSayHowTheyEndedAndWhereTheyRan(t *testing.T) {
	var drawing strings.Builder
	for _, line := range [][2]string{
		{"GET_/a server in=web service.instance.id=web-1", "===================="},
		{"  ask client failed in=web http.response.status_code=503 error.type=timeout", " ======="},
		{"  ask client in=web http.response.status_code=200", "         ======="},
		{"    GET_/b server in=shard service.instance.id=shard-5", "          ====="},
	} {
		fmt.Fprintf(&drawing, "%-80s%s\n", line[0], line[1])
	}
	tr := testkit.DrawTrace(t, drawing.String())
	got := waterfallText(t, tr, page.Style{Width: 200})
	for _, want := range []string{"web-1", "503, timeout", "shard-5", "The longest part is "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, ", 200") || strings.Count(got, "web-1") > 2 {
		t.Errorf("what is as it should be is said in\n%s", got)
	}
	for i := range tr.Spans {
		if id := tr.Spans[i].ID.String(); !strings.Contains(got, id) {
			t.Errorf("span %s cannot be asked for after\n%s", id, got)
		}
	}
}

func TestSpansTooShortToBeSeenShareARowAndTheirTimeIsNotLost(t *testing.T) {
	spans := reporttest.Checkout(t, 180, 17)
	for i := range 5 {
		s := spans[1]
		s.ID, s.Parent, s.Start, s.End = trace.SpanID(100+i), spans[0].ID, spans[0].Start.Add(1000), spans[0].Start.Add(1000)
		spans = append(spans, s)
	}
	wf := waterfall(t, trace.Assemble(spans, trace.Options{}))
	got := string(written(t, page.Text, wf.Page(), page.Style{Width: 120}))
	if !strings.Contains(got, "… 5 too short to be shown") || strings.Count(got, "web pay ") > 1 {
		t.Errorf("rows of nothing are in\n%s", got)
	}
	n := 0
	for _, l := range wf.json().Lines {
		n += max(l.More, 1)
	}
	if n != len(spans) {
		t.Errorf("the json has %d of %d spans", n, len(spans))
	}
}
