package trace_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// flagOf returns whether the named span has the flag.
func flagOf(tr *trace.Trace, name string, flag trace.Flags) bool {
	for i := range tr.Spans {
		if tr.Spans[i].Sig.Name == name {
			return tr.Spans[i].Flags.Has(flag)
		}
	}
	return false
}

// oneCall draws a call and who serves it.
func oneCall(call, serve string) string {
	return `
		root            ==============================
		  call client   ` + call + `
		    serve server` + serve + ` host=b`
}

// threeCalls draws three calls into one service, each with who serves it.
func threeCalls(bars []string) string {
	return fmt.Sprintf(`
		root            ==============================
		  first client  %s
		    a server    %s in=b
		  second client %s
		    b server    %s in=b
		  third client  %s
		    c server    %s in=b`, bars[0], bars[1], bars[2], bars[3], bars[4], bars[5])
}

func TestACalleeThatWorksOnAfterItsAnswerIsOneWay(t *testing.T) {
	for _, c := range []struct {
		about, call, serve string
		oneWay, gaveUp     bool
		notes              []string
	}{
		{"it began within the call",
			` ====  http.status_code=202`,
			`  ==================`, true, false, nil},
		{"it began after the call",
			` ====`,
			`      ==============`, true, false, nil},
		{"a little longer: its span ended after the answer had left",
			` ====`,
			`  =======`, false, false, nil},
		{"the caller failed",
			` ====  failed`,
			`  ==================`, false, true, []string{"caller-gave-up 14ms"}},
		{"the caller was cancelled",
			` ====  rpc.grpc.status_code=1`,
			`  ==================  rpc.grpc.status_code=1`, false, true, []string{"caller-gave-up 14ms"}},
		{"a proxy gave up for the caller",
			` ====  http.response.status_code=504`,
			`  ==================  http.response.status_code=200`, false, true, []string{"caller-gave-up 14ms"}},
		{"the callee's own answer was an error",
			` ====  failed http.response.status_code=404`,
			`  ==================  http.response.status_code=404`, true, false, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := testkit.DrawTrace(t, oneCall(c.call, c.serve))
			wantNotes(t, tr, c.notes...)
			if oneWay, gaveUp := flagOf(tr, "serve", trace.OneWay), flagOf(tr, "serve", trace.GaveUp); oneWay != c.oneWay || gaveUp != c.gaveUp {
				t.Errorf("one-way %v, gave up %v", oneWay, gaveUp)
			}
			if d := tr.Shift(2); d != 0 {
				t.Errorf("it moved by %v", d)
			}
		})
	}
}

func TestAOneWayCallIsNoWitnessOfAClock(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root             ==============================
		  first client    ===
		    a server      =                             in=b
		  second client       ==
		    b server                ========            in=b
		  third client           ==
		    c server                    =========       in=b`)
	wantNotes(t, tr)
	if got := startOf(tr, "b"); got != 11*time.Millisecond {
		t.Errorf("it starts at %v", got)
	}
}

func TestACalleeThatBeginsAfterItsCallerGaveUpWaitedInAQueue(t *testing.T) {
	for _, c := range []struct {
		about, call, serve string
		notes              []string
	}{
		{"the caller failed",
			` ====  failed`,
			`       ===`, []string{"started-after-caller-gave-up 2ms"}},
		{"the callee is longer, too",
			` ====  failed`,
			`       ===========`, []string{"started-after-caller-gave-up 2ms"}},
		{"the caller succeeded: it had its answer by then",
			` ====`,
			`       ===`, []string{"clock-skew 5.5ms"}},
		{"the error came from the callee",
			` ====  failed http.status_code=500`,
			`       ===  http.status_code=500`, []string{"clock-skew 5.5ms"}},
		{"both failed, and nothing says that it was not for the same reason",
			` ====  failed`,
			`       ===  failed`, []string{"clock-skew 5.5ms"}},
		{"both failed, the caller by its own deadline",
			` ====  failed error.type=timeout`,
			`       ===  failed`, []string{"started-after-caller-gave-up 2ms"}},
		{"the callee began before its caller",
			`      ====  failed`,
			`  ===`, []string{"clock-skew 4.5ms"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			wantNotes(t, testkit.DrawTrace(t, oneCall(c.call, c.serve)), c.notes...)
		})
	}
}

func TestACallThatGaveUpIsMovedWithTheClockOfOtherCalls(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root             ==============================
		  first client    ===
		    a server                ===                   in=b
		  second client      ====                         failed
		    b server                    ==                in=b
		  third client           ====                     failed
		    c server                            ==        in=b`)
	// The first call shows that the clock is 10 ms ahead. The second fits then, the third began 1 ms too late.
	wantNotes(t, tr, "clock-skew 10ms", "clock-skew 10ms", "started-after-caller-gave-up 1ms")
	if got := startOf(tr, "b"); got != 5*time.Millisecond {
		t.Errorf("the second callee starts at %v", got)
	}
}

func TestCalleesThatAreLateByAnotherAmountEachWaitedInAQueue(t *testing.T) {
	for _, c := range []struct {
		about string
		calls []string // each caller and its callee
		notes []string
	}{
		{"one waits for the other", []string{
			` ===`, `     ==`,
			` ===`, `           ==`,
			` ===`, `                 ==`,
		}, []string{"started-late 10ms", "started-late 16ms", "started-late 4ms"}},
		{"always by the same amount: a clock", []string{
			` ===`, `         ==`,
			`    ===`, `            ==`,
			`       ===`, `               ==`,
		}, []string{"clock-skew 7.5ms", "clock-skew 7.5ms", "clock-skew 7.5ms"}},
		{"one began before its caller: a clock", []string{
			`          ===`, `  ==`,
			` ===`, `           ==`,
			` ===`, `                 ==`,
		}, []string{"clock-skew 8.5ms", "clock-skew-unclear 17.5ms", "clock-skew-unclear 23.5ms"}},
		{"most fit at one offset: a clock, and one call waited", []string{
			` ===`, `         ===`,
			`    ===`, `            ===`,
			`       ===`, `                    ===`,
		}, []string{"clock-skew 8ms", "clock-skew 8ms", "clock-skew-unclear 5ms"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			wantNotes(t, testkit.DrawTrace(t, threeCalls(c.calls)), c.notes...)
		})
	}
}

func TestAClockThatAgreesWithItsCallersMovesWithIt(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root               ======================
		  call client       =============                                  host=a
		    serve server                          ===========      in=b host=b
		      ask client                             ========      in=b host=b
		        answer server                         ==           in=c host=c`)
	wantNotes(t, tr, "clock-skew 21ms", "clock-skew 21ms")
	if asked, answered := startOf(tr, "ask"), startOf(tr, "answer"); answered-asked != time.Millisecond {
		t.Errorf("asked at %v, answered at %v", asked, answered)
	}
}

func TestACallWithoutAnEndMayHaveWaitedForAnyCallee(t *testing.T) {
	spans := testkit.Draw(t, `
		root            ====================
		  call client    |
		    serve server     ====             host=b`)
	spans[1].Flags |= trace.Unfinished
	tr := trace.Assemble(spans, trace.Options{})
	wantNotes(t, tr)
	if d := tr.Shift(2); d != 0 || flagOf(tr, "serve", trace.OneWay) {
		t.Errorf("moved by %v, flags %b", d, tr.Spans[2].Flags)
	}
}
