package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func TestEveryFormatHasARowOfItsOwn(t *testing.T) {
	names, extensions := map[string]bool{}, map[string]bool{}
	for _, f := range Formats {
		if f.Doc == "" || f.Write == nil || names[f.Name] || extensions[f.Extension] {
			t.Errorf("the row of %q is not complete, or stands twice", f.Name)
		}
		names[f.Name], extensions[f.Extension] = true, true
		if files, _ := filepath.Glob("*/" + f.Name + ".go"); len(files) == 0 && !exists(f.Name+".go") {
			t.Errorf("%s has no file of its own", f.Name)
		}
	}
}

// failing fails after some bytes, as a full disk does.
type failing struct{ left int }

var errFull = errors.New("disk full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFailedWriteIsAnErrorOfEveryOutput(t *testing.T) {
	r := judgedShop(t)
	for _, f := range Formats {
		for _, room := range []int{0, len(written(t, f, r, page.Style{})) / 2} {
			if err := f.Write(&failing{room}, r, page.Style{}); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes returns %v", f.Name, room, err)
			}
		}
	}
}

func TestTextFitsItsTerminal(t *testing.T) {
	r := New(reporttest.Shop(t), Options{})
	for _, width := range []int{60, 80, 120, 200} {
		for i, line := range strings.Split(string(written(t, text, r, page.Style{Width: width})), "\n") {
			if i > 0 && layout.Width(line) > width && !strings.Contains(line, "longpole trace") {
				t.Errorf("at %d: line %d takes %d columns: %q", width, i+1, layout.Width(line), line)
			}
		}
	}
	for width := range 12 {
		if got := written(t, text, r, page.Style{Width: width}); len(got) < 1000 {
			t.Errorf("at %d columns only %d bytes are written", width, len(got))
		}
	}
}

func TestNumbersStayWithTheirUnits(t *testing.T) {
	for line := range strings.Lines(string(written(t, text, New(reporttest.Shop(t), Options{}), page.Style{Width: 47}))) {
		if first, _, _ := strings.Cut(strings.TrimSpace(line), " "); slices.Contains([]string{"ms", "s", "%", "µs"}, first) {
			t.Errorf("a line begins with a unit: %q", line)
		}
	}
}

func TestThereIsNoPercentileWhereTooFewRequestsBoundIt(t *testing.T) {
	var traces [][]trace.Span
	for range 60 {
		traces = append(traces, reporttest.Checkout(t, 40, 17))
	}
	got := string(written(t, text, New(reporttest.Collected(t, traces...), Options{}), page.Style{}))
	if !strings.Contains(got, "p99 needs 299 requests, and there are 60") {
		t.Errorf("p99 of 60 requests is not called unbounded in\n%s", got)
	}
	for line := range strings.Lines(got) {
		if strings.Contains(line, "layer") && strings.Contains(line, "p99") {
			t.Errorf("p99 of layers is shown: %q", line)
		}
	}
}

func TestJourneysAsExpectedShareALineUnlessEachIsAskedFor(t *testing.T) {
	var traces [][]trace.Span
	for i := range 60 {
		for range 1 + i%2 {
			traces = append(traces, testkit.Draw(t, fmt.Sprintf("%s server in=web ==", string(rune('A'+i%26))+string(rune('a'+i/26)))))
		}
	}
	res := reporttest.Collected(t, traces...)
	got := string(written(t, text, New(res, Options{}), page.Style{}))
	if !strings.Contains(got, "As expected: web Bb up to 2.00 ms (2), ") || !strings.Contains(got, "54 more with 78 requests: --journeys all, or --journey NAME.") {
		t.Errorf("the others are not counted in\n%s", got)
	}
	got = string(written(t, text, New(res, Options{Every: true}), page.Style{}))
	if n := strings.Count(got, "app, web 2.00 ms"); n != 59 || strings.Contains(got, "more with") {
		t.Errorf("%d of 59 journeys have a row in\n%s", n, got)
	}
}

func TestWithoutARequestTheReportSaysWhy(t *testing.T) {
	got := string(written(t, text, New(reporttest.Collected(t, testkit.Draw(t, "root lost ==\n  child ==")), Options{}), page.Style{}))
	for _, want := range []string{
		"No request could be analysed: of 1 trace, none has its root span.",
		"left out: 1 trace (1 span) whose root span is missing",
		"--incomplete=keep",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestTheFooterAccountsForEverySpanWithCountsAndExamples(t *testing.T) {
	got := string(written(t, text, New(reporttest.Diagnosed(t), Options{}), page.Style{}))
	for _, want := range []string{
		"20 spans read = 11 accepted + 3 exact duplicates + 3 conflicts + 3 rejected.",
		"3 x bad things [bad-rejected]", "mend them",
		"for example b.json, trace 00000000000000000000000000000001, span 0000000000000002, by 5 ns",
	} {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestEverySamplingStatusHasItsWords(t *testing.T) {
	for _, s := range []analyze.Sampling{analyze.SamplingUnknown, analyze.SamplingUniform, analyze.SamplingWeighted, analyze.SamplingMixed} {
		if !strings.HasPrefix(account.SamplingWords(s), "Sampling "+string(s)) {
			t.Errorf("%s is described as %q", s, account.SamplingWords(s))
		}
	}
}

func TestALongListOfInputsIsCut(t *testing.T) {
	res := reporttest.Collected(t, reporttest.ShopTraces(t)...)
	for i := range 2000 {
		res.Ledger.Files = append(res.Ledger.Files, trace.FileCount{Name: fmt.Sprintf("f%d.json", i)})
	}
	r := New(res, Options{})
	if got := string(written(t, text, r, page.Style{})); !strings.Contains(got, "and 1,996 other files") {
		t.Error("the other files are not counted")
	}
	if out := r.json(); len(out.Files) != 1000 || out.FilesMore != 1001 {
		t.Errorf("%d files are listed, %d more", len(out.Files), out.FilesMore)
	}
}

func TestAPhraseIsMadeOfWordsNamesAndPhrasesOnly(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a number was taken for a phrase")
		}
	}()
	page.Say("n is ", 1)
}

func TestWarningsNameWhatWasFoundAndWhereOnOneLineEach(t *testing.T) {
	var l trace.Ledger
	l.Count(trace.Code{ID: "bad-line", What: "bad lines", Fate: trace.Rejected}, 1200, trace.Example{File: "a\nb.json", Line: 3, Offset: 17, Text: "x\x1b"})
	got := account.Warnings(&l)
	want := `1,200 x bad lines [bad-line], for example a\u000ab.json:3 byte 17, x\u001b`
	if len(got) != 1 || got[0] != want {
		t.Errorf("warned with %q, want %q", got, want)
	}
}

// manyJourneys are sixty kinds of request, forty of each; of the last one in eight waits for payment.
func manyJourneys(t testing.TB) *analyze.Result {
	return reporttest.Made("many journeys", func() *analyze.Result {
		var traces [][]trace.Span
		for i := range 60 {
			for k := range 40 {
				took := 20 + (i+k)%7
				if i == 59 && k%8 == 0 {
					took = 200
				}
				name := fmt.Sprintf("GET_/%c%c server in=web", 'a'+i%26, 'a'+i/26)
				traces = append(traces, reporttest.Later(reporttest.Drawn(t,
					reporttest.Span{Words: name, From: 0, Width: took + 20}, reporttest.Span{Words: "  pay client in=web", From: 1, Width: took + 2},
					reporttest.Span{Words: "    POST_/pay server in=payment", From: 2, Width: took}), k))
			}
		}
		return reporttest.Collected(t, traces...)
	})
}

func TestAPageOfManyJourneysNamesTheFaultyOneFirst(t *testing.T) {
	got := string(written(t, text, New(manyJourneys(t), Options{}), page.Style{Width: 100}))
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if !strings.HasPrefix(lines[0], "web GET /hc: ") || !strings.HasSuffix(lines[0], "5 of 40 took about 220 ms; all of the 177 ms that the slowest 10 % add is app, in payment.") {
		t.Errorf("the first line is %q", lines[0])
	}
	if len(lines) > 60 || !strings.Contains(got, "59 other journeys are as expected.") {
		t.Errorf("it takes %d lines:\n%s", len(lines), got)
	}
}

func TestAJourneyWhoseSlowRequestsStandOutIsToldAndOthersAreAsExpected(t *testing.T) {
	slow, quiet := journeyOf(1000, composed(100, app(50*ms)), composed(50, app(50*ms), db(300*ms))), journeyOf(1000, composed(100, app(50*ms)), composed(50, app(50*ms)))
	first, second, third := slow, slow, quiet
	second.Name, third.Name = "web GET /second", "web GET /third"
	got := string(written(t, text, New(resultOf(first, second, third), Options{}), page.Style{}))
	if strings.Count(got, "Journey web GET /second") != 1 || strings.Contains(got, "Journey web GET /third") || !strings.Contains(got, "As expected: web GET /third ") {
		t.Errorf("the second of three is not told, or the third is, in\n%s", got)
	}
}
