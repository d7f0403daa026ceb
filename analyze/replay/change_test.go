package replay_test

import (
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// took returns how long the one request of a drawing takes with changes, written as flags: "set app=0".
func took(t *testing.T, drawing string, changes ...string) time.Duration {
	t.Helper()
	got, err := asked(t, [][]trace.Span{testkit.Draw(t, drawing)}, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

func asked(t testing.TB, all [][]trace.Span, changes ...string) ([]time.Duration, error) {
	t.Helper()
	s := scenario(t, changes...)
	return recordedSpans(all, s.Terms()).Took(s, replay.Favourable)
}

var kinds = map[string]replay.Kind{
	"set": replay.Set, "remove": replay.Remove, "parallel": replay.Parallel, "cache": replay.Cache, "timeout": replay.Timeout, "hedge": replay.Hedge, "servers": replay.Servers,
}

func scenario(t testing.TB, changes ...string) *replay.Scenario {
	t.Helper()
	s := &replay.Scenario{}
	for _, text := range changes {
		kind, value, _ := strings.Cut(text, " ")
		c, err := replay.ParseChange(kinds[kind], value, func(name string) []string { return []string{name} })
		if err != nil {
			t.Fatal(err)
		}
		s.Changes = append(s.Changes, c)
	}
	return s
}

const ms = time.Millisecond

// Two calls in turn, 3 ms before the first, 2 ms between them and 5 ms after the second; beside them one that nobody
// notices.
const checkout = `
	order server          ==============================
	  pay client             ==========                   peer.service=bank
	  mail client            ====                         peer.service=post
	  ship client                        ==========       peer.service=dock region=eu`

func TestAChangeMovesWhatFollowsAndNothingElse(t *testing.T) {
	for change, want := range map[string]time.Duration{
		"set {app -> bank}=50%":            25 * ms,
		"set {app -> bank}=0":              24 * ms, // then it waits for the mail
		"set app -> bank=0":                24 * ms,
		"set app=0":                        20 * ms,
		"set app{app}=50%":                 25 * ms,
		"set external=50%":                 20 * ms,
		"set external{region=eu}=0":        20 * ms,
		"set external{region=us}=0":        30 * ms,
		"set external=4ms":                 14 * ms, // of each request, not of each call
		"set external=20ms":                30 * ms,
		"set {app -> post}=0":              30 * ms,
		"remove app -> dock":               18 * ms, // and the shorter gap beside it
		"remove app -> post":               30 * ms,
		"remove external{app->dock}":       20 * ms, // its time only
		"parallel app -> bank,app -> dock": 24 * ms, // which still waits for the mail
		"parallel external":                20 * ms,
		"timeout app -> bank=7ms":          27 * ms,
		"timeout app -> bank=10ms":         30 * ms,
		"hedge app -> bank=3ms":            30 * ms, // nobody else could answer
		"cache app -> dock=100%":           21 * ms, // a hit takes 1 ms
		"cache app -> dock=0%":             30 * ms,
	} {
		if got := took(t, checkout, change); got != want {
			t.Errorf("%s: %v, want %v", change, got, want)
		}
	}
}

func TestChangesAreMadeAtOnce(t *testing.T) {
	if got := took(t, checkout, "set external{app -> bank}=50%", "parallel app -> bank,app -> dock"); got != 24*ms {
		t.Errorf("%v", got)
	}
	if got := took(t, checkout, "parallel app -> bank,app -> dock", "set external=50%"); got != 17*ms {
		t.Errorf("%v", got)
	}
	if got := took(t, checkout, "set external=50%", "set external=50%"); got != 15*ms {
		t.Errorf("half of a half is %v", got)
	}
}

func TestWhatWasHiddenBehindACallIsNextToBeWaitedFor(t *testing.T) {
	got := took(t, `
		search server          ====================
		  shard client          ==================     peer.service=one
		  shard client          ===============        peer.service=two`, "set app -> one=0")
	if got != 17*ms {
		t.Errorf("%v, want 17 ms: the other shard ends 15 ms after the start, and the answer takes 2 more", got)
	}
}

// The retry waits for the attempt that failed; only the others begin at once.
func TestRetriesAreNotMadeBesideTheAttemptsThatTheyRepeat(t *testing.T) {
	got := took(t, `
		find server          ============================
		  get client         ====                            peer.service=redis failed
		  get client             ========                    peer.service=redis
		  get client                     ==========          peer.service=redis`, "parallel app -> redis")
	if got != 18*ms {
		t.Errorf("%v, want 18 ms: 4 and 8 in turn beside 10, and the answer", got)
	}
}

func TestNamesThatNothingHasAreAnswersNotGuesses(t *testing.T) {
	for change, want := range map[string]string{
		"set databse=0":        `no request has the layer "databse"`,
		"set app{bank}=0":      `no request has the place or operation "bank"`,
		"set app{app -> b*}=0": `no request has the layer app in "app -> b*"`,
		"servers mysql lock=3": `no request has the station "mysql lock"`,
	} {
		_, err := asked(t, [][]trace.Span{testkit.Draw(t, checkout)}, change)
		if change == "set databse=0" {
			_, err = asked(t, [][]trace.Span{testkit.Draw(t, checkout)}, "set databse{app}=0")
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestWhatCannotBeReadSaysWhatCan(t *testing.T) {
	for _, c := range []struct {
		kind replay.Kind
		text string
		want string
	}{
		{replay.Set, "db", "write LAYER{place}=typical"},
		{replay.Set, "db{region=eu}", "write LAYER{place}=typical"},
		{replay.Set, "db=fast", "no time"},
		{replay.Set, "db=120%", "no share"},
		{replay.Set, "db{web=0", "} is missing"},
		{replay.Set, "db{}=0", "neither a name nor"},
		{replay.Set, "=0", "nothing is selected"},
		{replay.Set, "db=-1ms", "no time"},
		{replay.Cache, "db=9", "no share"},
		{replay.Hedge, "db=95%", "no percentile"},
		{replay.Hedge, "db=-2ms", "no percentile"},
		{replay.Servers, "pool=0", "no number of servers"},
		{replay.Servers, "pool=1.5", "no number of servers"},
	} {
		if _, err := replay.ParseChange(c.kind, c.text, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v %s: %v", c.kind, c.text, err)
		}
	}
}

func TestTimeInAQueueHasNoLengthOfItsOwn(t *testing.T) {
	spans := testkit.Draw(t, `
		order server        ==========
		  pool.acquire       =====
		  insert client           ===     db.system=postgresql`)
	if _, err := asked(t, [][]trace.Span{spans}, "set queue=0"); err == nil || !strings.Contains(err.Error(), "is time in a queue") {
		t.Errorf("%v", err)
	}
}
