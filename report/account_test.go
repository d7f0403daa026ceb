package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// damaged is a shop whose spans were copied, changed, lost, moved, and could not be read, each
// so often that its count cannot be mistaken for another.
func damaged(t testing.TB) *Report {
	res := judged(t, shopPlan, func() [][]trace.Span {
		all := payments(t)
		for i := range all[:41] {
			all[i] = append(all[i], all[i][1])
		}
		for i := range all[:31] {
			other := all[i][2]
			other.End++
			all[i] = append(all[i], other)
		}
		for i := range all[:23] {
			all[i][3].Parent = 0xbad
		}
		return append(all, reporttest.SkewedSpans(t))
	})
	for i, id := range []string{"bad-time", "malformed-span"} {
		n := 1717 + i
		res.Ledger.Spans += n
		res.Ledger.Count(trace.Code{ID: id, What: "bad spans", Fate: trace.Rejected, Loss: true}, n, trace.Example{File: "a.json", Line: 3, Offset: 17})
	}
	res.Ledger.Records = trace.Records{Read: 2207, Whole: 2003, Damaged: 13, Skipped: 191}
	return New(res, Options{PlanPath: "shop.yaml"})
}

// carried says for each format how it writes that a code was found so often.
var carried = map[string]func(f trace.Finding) string{
	"text":     inWords,
	"markdown": inWords,
	"html":     inWords,
	"sarif":    inWords,
	"github":   inWords,
	"gitlab":   inWords,
	"json":     func(f trace.Finding) string { return fmt.Sprintf(`"code": %q, "count": %d,`, f.Code.ID, f.Count) },
	"csv": func(f trace.Finding) string {
		return fmt.Sprintf(",ledger/%s,%s,,,,,,,,,,,%d", account.Fates[f.Code.Fate], f.Code.ID, f.Count)
	},
	"openmetrics": func(f trace.Finding) string {
		return fmt.Sprintf(`longpole_findings{code=%q,fate=%q} %s`, f.Code.ID, account.Fates[f.Code.Fate], sample(f.Count))
	},
	"junit": func(f trace.Finding) string {
		return fmt.Sprintf(`<property name="ledger/%s/%s" value="%d">`, account.Fates[f.Code.Fate], f.Code.ID, f.Count)
	},
}

// sample spells a number as Prometheus' own library does.
func sample(n int) string {
	text := strconv.FormatFloat(float64(n), 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

func inWords(f trace.Finding) string {
	return fmt.Sprintf("%s x %s [%s]", unit.Count(f.Count), f.Code.What, f.Code.ID)
}

// identity says for each format how it writes what became of all spans, and of all records.
var identity = map[string]func(l *trace.Ledger) []string{
	"text": identityInWords, "markdown": identityInWords, "html": identityInWords,
	"sarif": identityInWords, "github": identityInWords, "gitlab": identityInWords,
	"json": func(l *trace.Ledger) []string {
		return []string{
			fmt.Sprintf(`"spans_read": %d, "spans_accepted": %d, "spans_duplicate": %d, "spans_conflicting": %d, "spans_rejected": %d,`, sums(l)...),
			fmt.Sprintf(`"records_read": %d, "records_whole": %d, "records_damaged": %d, "records_skipped": %d,`, recordSums(l)...),
		}
	},
	"csv": func(l *trace.Ledger) []string {
		return []string{
			fmt.Sprintf(",ledger,spans_read,,,,,,,,,,,%d ,ledger,spans_accepted,,,,,,,,,,,%d ,ledger,spans_duplicate,,,,,,,,,,,%d "+
				",ledger,spans_conflicting,,,,,,,,,,,%d ,ledger,spans_rejected,,,,,,,,,,,%d", sums(l)...),
			fmt.Sprintf(",ledger,records_read,,,,,,,,,,,%d ,ledger,records_whole,,,,,,,,,,,%d ,ledger,records_damaged,,,,,,,,,,,%d "+
				",ledger,records_skipped,,,,,,,,,,,%d", recordSums(l)...),
		}
	},
	"openmetrics": func(l *trace.Ledger) []string {
		return []string{
			fmt.Sprintf(`longpole_spans{fate="kept"} %d.0 longpole_spans{fate="duplicate"} %d.0 longpole_spans{fate="conflict"} %d.0 longpole_spans{fate="rejected"} %d.0`, sums(l)[1:]...),
			fmt.Sprintf(`longpole_records{fate="whole"} %d.0 longpole_records{fate="damaged"} %d.0 longpole_records{fate="skipped"} %d.0`, recordSums(l)[1:]...),
		}
	},
	"junit": func(l *trace.Ledger) []string {
		return []string{
			fmt.Sprintf(`<property name="ledger/spans_read" value="%d"></property> <property name="ledger/spans_accepted" value="%d"></property> `+
				`<property name="ledger/spans_duplicate" value="%d"></property> <property name="ledger/spans_conflicting" value="%d"></property> `+
				`<property name="ledger/spans_rejected" value="%d"></property>`, sums(l)...),
			fmt.Sprintf(`<property name="ledger/records_read" value="%d"></property> <property name="ledger/records_whole" value="%d"></property> `+
				`<property name="ledger/records_damaged" value="%d"></property> <property name="ledger/records_skipped" value="%d"></property>`, recordSums(l)...),
		}
	},
}

func identityInWords(l *trace.Ledger) []string {
	return []string{account.Spans(l), account.Records(l.Records)}
}

func recordSums(l *trace.Ledger) []any {
	r := l.Records
	return []any{r.Read, r.Whole, r.Damaged, r.Skipped}
}

func sums(l *trace.Ledger) []any {
	return []any{l.Spans, l.Total(trace.Kept), l.Total(trace.Duplicate), l.Total(trace.Conflict), l.Total(trace.Rejected)}
}

func TestEveryFormatCarriesTheWholeLedger(t *testing.T) {
	r := damaged(t)
	l := r.result.Ledger
	if n := len(l.Findings()); n < 6 || slices.Contains(sums(l), any(0)) {
		t.Fatalf("the input is not damaged enough: %d codes, %v", n, sums(l))
	}
	for _, f := range Formats {
		if carried[f.Name] == nil || identity[f.Name] == nil {
			t.Errorf("nothing says how %s carries the ledger", f.Name)
			continue
		}
		got := html.UnescapeString(string(written(t, f, r, page.Style{Width: 1000})))
		got = strings.Join(strings.Fields(got), " ")
		for _, want := range identity[f.Name](l) {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %s", f.Name, want)
			}
		}
		for _, finding := range l.Findings() {
			if want := carried[f.Name](finding); !strings.Contains(got, want) {
				t.Errorf("%s does not say %s", f.Name, want)
			}
		}
	}
}

func TestTheLedgerOfTheCSVAddsUp(t *testing.T) {
	r := damaged(t)
	rows, err := csv.NewReader(bytes.NewReader(written(t, csvFormat, r, page.Style{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	last := len(rows[0]) - 1
	if rows[0][last] != "count" {
		t.Fatalf("the last column is %q", rows[0][last])
	}
	total, byFate := map[string]int{}, map[string]int{}
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[last])
		switch group, fate, _ := strings.Cut(row[1], "/"); {
		case group != "ledger" && row[last] != "":
			t.Errorf("a count in the row %q", row)
		case group != "ledger":
		case err != nil || row[0] != "" || strings.Join(row[3:last], "") != "":
			t.Errorf("the row %q of the ledger holds more than a count: %v", row, err)
		case fate == "":
			total[row[2]] = n
		default:
			byFate[fate] += n
		}
	}
	if total["spans_read"] != total["spans_accepted"]+total["spans_duplicate"]+total["spans_conflicting"]+total["spans_rejected"] {
		t.Errorf("%v does not add up", total)
	}
	if total["records_read"] != total["records_whole"]+total["records_damaged"]+total["records_skipped"] {
		t.Errorf("%v does not add up", total)
	}
	if byFate["duplicate"] != total["spans_duplicate"] || byFate["conflict"] != total["spans_conflicting"] || byFate["rejected"] != total["spans_rejected"] {
		t.Errorf("the reasons %v are not those of %v", byFate, total)
	}
}

func TestGitLabSeesANewKindOfDamageAsANewIssue(t *testing.T) {
	var issues []gitlabIssue
	if err := json.Unmarshal(written(t, gitlabFormat, damaged(t), page.Style{}), &issues); err != nil {
		t.Fatal(err)
	}
	names, prints := map[string]bool{}, map[string]bool{}
	for _, i := range issues {
		if i.CheckName == "spans-read" || i.CheckName == trace.DuplicateSpan.ID {
			names[i.CheckName] = i.Severity == "info"
		}
		if prints[i.Fingerprint] {
			t.Errorf("%s has the fingerprint of another issue", i.CheckName)
		}
		prints[i.Fingerprint] = true
	}
	if !names["spans-read"] || !names[trace.DuplicateSpan.ID] {
		t.Errorf("issues are %v", names)
	}
}
