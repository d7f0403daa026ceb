package report

import (
	"strings"
	"testing"

	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

func TestTheFooterAccountsForEverythingThatWasRead(t *testing.T) {
	res := reporttest.Collected(t, reporttest.Checkout(t, 20, 5))
	l := res.Ledger
	l.Spans = 20
	lost := trace.Code{ID: "lost", Fate: trace.Rejected}
	twice := trace.Code{ID: "twice", Fate: trace.Duplicate}
	l.Count(lost, 3, trace.Example{})
	l.Count(twice, 2, trace.Example{})
	said := string(written(t, text, New(res, Options{}), page.Style{}))
	for _, want := range []string{
		"20 spans read = 15 accepted + 2 exact duplicates + 0 conflicts + 3 rejected.",
		"1,204 records read = 1,201 whole + 2 damaged + 1 skipped.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q", want)
		}
	}
}
