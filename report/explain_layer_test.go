package report

import (
	"strings"
	"testing"

	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
)

func TestALayerIsExplainedByWhatIsInIt(t *testing.T) {
	p := ExplainLayer(reporttest.Shop(t), "db", Options{})
	if want := "db: of web POST /checkout it takes 17.7 ms of the 69.6 ms of a typical request, and slow ones add nothing to it."; p.Answer.String() != want && !strings.HasPrefix(p.Answer.String(), "db: of web GET /search it takes ") {
		t.Errorf("it says %q, want %q", p.Answer, want)
	}
	for _, s := range p.Sections {
		for _, item := range s.Items {
			if item.Table == nil {
				continue
			}
			var heads []string
			for _, c := range item.Table.Columns {
				heads = append(heads, c.Head)
			}
			var rows [][]string
			for _, r := range item.Table.Rows {
				rows = append(rows, cellTexts(r))
				if name := r[0].Text.String(); name == "payment" || name == "payment POST /pay" {
					t.Errorf("%s is in %s, and no db", name, s.Title)
				}
			}
			addsUp(t, s.Title.String()+" "+item.Table.Title.String(), heads, rows, cellTexts(item.Table.Total))
		}
	}
	if ExplainLayer(reporttest.Shop(t), "tls", Options{}) != nil {
		t.Error("a layer that no request has is explained")
	}
}

func TestALayerOfAPlanIsExplainedWithItsVerdict(t *testing.T) {
	p := ExplainLayer(judgedShop(t).result, "payment", Options{})
	got := string(written(t, text, &Report{Page: *p}, page.Style{Width: 100}))
	for _, want := range []string{"payment: of checkout it takes 41.5 ms of the 68.5 ms of a typical request", "What counts as it: line 8 of the plan", "Blown: payment exceeded its 80 ms in 13 % of requests"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}
