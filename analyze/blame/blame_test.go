package blame_test

import (
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/blame"
)

const ms = time.Millisecond

// parts reads "db shop 40, app shop 60" as times by layer and place.
func parts(t *testing.T, text string) (all []blame.Part, total time.Duration) {
	t.Helper()
	for item := range strings.SplitSeq(text, ", ") {
		fields := strings.Fields(item)
		d, err := time.ParseDuration(fields[2] + "ms")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, blame.Part{Layer: fields[0], Place: fields[1], Time: d})
		total += d
	}
	return all, total
}

// times are those of a thousand requests, of which 50 are slow.
func times(t *testing.T, typical, adds string) blame.Times {
	x := blame.Times{Requests: 1000, Slow: 50, Far: 50}
	x.Typical, x.Total = parts(t, typical)
	x.Adds, x.Extra = parts(t, adds)
	return x
}

// said is the answer in short: its subject and places, and what stands beside it.
func said(a *blame.Answer) string {
	text := string(a.Subject)
	for _, p := range a.Places {
		text += " " + p.Layer + "@" + p.Name
	}
	if a.Layer != "" {
		text += " " + a.Layer + " everywhere"
	}
	if a.Beside != nil {
		text += "; " + said(a.Beside)
	}
	return text
}

func TestTheLargerOfTypicalAndAddedIsSaidIfFewPlacesHoldMostOfIt(t *testing.T) {
	for _, c := range []struct{ typical, adds, want string }{
		{"app a 34, db b 28, render c 38", "dns d 90, db b 10", "tail dns@d"},
		{"db b 99, app a 1", "app c 7", "typical db@b"},                                      // everyone waits for b
		{"db b 99, app a 1", "app c 12", "typical db@b; tail app@c"},                         // and some for c, too
		{"app a 34, db b 28, render c 38", "dns d 50, db b 30, app a 20", "tail dns@d db@b"}, // 80 % in two
		{"app a 34, db b 28, render c 38", "net d 50, net e 49, net f 51", "tail net@f net@d net@e"},
		{"app a 34, db b 28, render c 38", "net d 30, net e 30, net f 30, net g 30, app a 30", "tail net everywhere"},
		{"app a 34, db b 28, render c 38", "net d 30, db e 30, app f 30, tls g 30", "nothing"},
		{"app a 34, db b 28, render c 38", "dns d 12", "nothing; tail dns@d"},
		{"app a 34, db b 28, render c 38", "dns d 49", "nothing; tail dns@d"},
		{"app a 34, db b 28, render c 38", "dns d 50", "tail dns@d"}, // half of a request at one place
		{"app a 34, db b 28, render c 38", "dns d 11", "nothing"},    // under a tenth of the slow
		{"app a 60, db b 40", "app a 1", "typical app@a"},
		{"app a 59, db b 15, net d 14, render c 12", "app a 1", "nothing"},
		{"app a 50, db b 25, render c 25", "app a 1", "typical app@a db@b"},
		{"app a 30, db a 30, render c 40", "app a 1", "typical app@a"}, // a place counts with all of its layers
		{"app a 50, db b 50", "db b 120, app a -20", "tail db@b"},
	} {
		x := times(t, c.typical, c.adds)
		a := blame.Of(x)
		if got := said(&a); got != c.want {
			t.Errorf("%s and then %s: said %q, want %q", c.typical, c.adds, got, c.want)
		}
	}
}

func TestAFewAccidentsAreNoTail(t *testing.T) {
	for _, c := range []struct {
		requests, slow, far int
		want                string
	}{
		{20, 3, 3, "tail dns@d"},
		{19, 3, 3, "nothing"},
		{20, 3, 2, "nothing"}, // two of them are why the mean is what it is
	} {
		x := times(t, "app a 34, db b 28, render c 38", "dns d 100")
		x.Requests, x.Slow, x.Far = c.requests, c.slow, c.far
		a := blame.Of(x)
		if got := said(&a); got != c.want {
			t.Errorf("%+v: said %q", c, got)
		}
	}
}

func TestWhatSlowOnesAddBesideIsWorthAWordIfThereAreMany(t *testing.T) {
	for slow, want := range map[int]string{30: "typical db@b; tail app@c", 29: "typical db@b"} {
		x := times(t, "db b 99, app a 1", "app c 50")
		x.Slow, x.Far = slow, slow
		a := blame.Of(x)
		if got := said(&a); got != want {
			t.Errorf("%d slow ones: said %q, want %q", slow, got, want)
		}
	}
}

func TestNoOrderOfPartsShows(t *testing.T) {
	all, total := parts(t, "app a 10, db b 10, net c 10")
	back := []blame.Part{all[2], all[1], all[0]}
	one, other := blame.Of(blame.Times{Typical: all, Total: total}), blame.Of(blame.Times{Typical: back, Total: total})
	if said(&one) != said(&other) || blame.Places(all)[0].Name != blame.Places(back)[0].Name {
		t.Errorf("said %q and %q", said(&one), said(&other))
	}
}

// durations are runs of like durations, in order.
func durations(runs ...int) (all []time.Duration) {
	for i := 0; i < len(runs); i += 2 {
		for k := range runs[i] {
			all = append(all, time.Duration(runs[i+1])*ms+time.Duration(k))
		}
	}
	return all
}

func TestTheFarOneOfTwoHumpsIsSeen(t *testing.T) {
	for _, c := range []struct {
		about string
		runs  []int
		want  int
	}{
		{"3 of 141 stand apart", []int{138, 60, 3, 830}, 138},
		{"half of them", []int{100, 60, 100, 830}, 100},
		{"most of them", []int{99, 60, 101, 830}, 0},
		{"two are accidents", []int{139, 60, 2, 830}, 0},
		{"fewer than one in a hundred", []int{400, 60, 4, 830}, 0},
		{"too few to tell", []int{16, 60, 3, 830}, 0},
		{"just half as much again", []int{100, 60, 10, 91}, 100},
		{"not half as much again", []int{100, 60, 10, 89}, 0},
		{"a tail that goes on and on", []int{100, 60, 5, 100, 5, 170, 5, 290, 5, 490}, 0},
	} {
		if got := blame.Far(durations(c.runs...)); got != c.want {
			t.Errorf("%s: it begins at %d, want %d", c.about, got, c.want)
		}
	}
}

func TestTheLargestPartOfALongTailIsKnownWhereNoPlaceHoldsMostOfIt(t *testing.T) {
	for _, c := range []struct{ typical, adds, want string }{
		{"app a 34, db b 28, render c 38", "net d 40, db b 30, app a 20, dns e 20", "d"},
		{"app a 34, db b 28, render c 38", "net d 20, db b 15, app a 10, dns e 10", ""}, // less than a typical request takes
		{"app a 34, db b 28, render c 38", "net d 100, db b 10", ""},                    // a place holds most
	} {
		a, got := blame.Of(times(t, c.typical, c.adds)), ""
		if a.Most != nil {
			got = a.Most.Name
		}
		if got != c.want {
			t.Errorf("%s and then %s: the largest part is in %q, want %q", c.typical, c.adds, got, c.want)
		}
	}
}
