package trace_test

import (
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestATraceWhoseOnlyTopIsAnEntryBeginsBehindAnEdge(t *testing.T) {
	for what, drawing := range map[string]string{
		"a server": `
			edge lost            ==========
			  get server          ========
			    SELECT client       ====`,
		"a consumer": `
			publish lost         ==
			  handle consumer        ========`,
		"a span that is said to have a remote parent": `
			edge lost            ==========
			  get remote          ========`,
	} {
		tr := testkit.DrawTrace(t, drawing)
		wantNotes(t, tr, "behind-edge")
		if top, behind := tr.Behind(); !behind || top != tr.Orphans[0] {
			t.Errorf("%s: its top is %d, %v", what, top, behind)
		}
	}
}

func TestATraceThatMissesASpanOfItsOwnIsNotBehindAnEdge(t *testing.T) {
	for what, drawing := range map[string]string{
		"two tops: the span above them is missing": `
			edge lost            ==========
			  get server          ===
			  put server             ===`,
		"a top inside of a process": `
			get lost             ==========
			  work internal       ========`,
		"a call without its caller": `
			get lost             ==========
			  call client         ========`,
		"a server whose parent is said to be local": `
			filter lost server   ==========
			  get server local    ========`,
		"a span is missing below the top, too": `
			edge lost            ==========
			  get server          ========
			    work lost          ======
			      SELECT client     ====`,
	} {
		tr := testkit.DrawTrace(t, drawing)
		if _, behind := tr.Behind(); behind {
			t.Errorf("%s: begins behind an edge", what)
		}
		if last := tr.Notes[len(tr.Notes)-1]; last.Code.ID != trace.NoRoot.ID {
			t.Errorf("%s: its notes end with %s", what, last.Code.ID)
		}
	}
}

func TestATraceWithItsRootBeginsThere(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root                 ==========
		  work lost           ========
		    get server         ======`)
	if _, behind := tr.Behind(); behind {
		t.Error("it begins behind an edge")
	}
	wantNotes(t, tr, "missing-parent 6ms")
}
