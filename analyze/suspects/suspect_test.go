package suspects

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// suspectsOf finds the suspects among n requests, of which the slowest 31 of 300 or 71 of 7000 are
// the tail, with the attributes that are said of their place, and names them as "key=value tail+rest".
func suspectsOf(n int, attrs func(i int) trace.Attrs) (out []string) {
	var tags attribute.TagTable
	var sets intern.Lists
	setOf := func(i int) int32 {
		var set []int32
		for _, a := range attrs(i) {
			set = append(set, tags.Number(attribute.Tag{Service: "web", Key: a.Key, Value: a.Value}))
		}
		return sets.Number(set)
	}
	of := make([]int32, n)
	for i := range of {
		of[i] = setOf(i)
	}
	f := Finder{Tags: &tags, Sets: &sets}
	for _, s := range f.Find(n, map[int]int{300: 269, 7000: 6929}[n], func(i int) int32 { return of[i] }) {
		out = append(out, fmt.Sprintf("%s=%s %d+%d", s.Key, s.Value, s.Tail, s.Rest))
		for _, w := range s.With {
			out[len(out)-1] += " " + w.Key
		}
	}
	return out
}

// inRegion gives a region to the requests at some places.
func inRegion(region string, places ...int) func(i int) trace.Attrs {
	return func(i int) trace.Attrs {
		if !slices.Contains(places, i) {
			return nil
		}
		return trace.Attrs{{Key: "cloud.region", Value: region}}
	}
}

func wantSuspects(t *testing.T, got []string, want ...string) {
	t.Helper()
	if a, b := strings.Join(got, ", "), strings.Join(want, ", "); a != b {
		t.Errorf("suspects are %q, want %q", a, b)
	}
}

func TestAPropertyOfFiveRequestsIsLookedAtAndOneOfFourIsNot(t *testing.T) {
	wantSuspects(t, suspectsOf(300, inRegion("far", 269, 270, 271, 272)))
	wantSuspects(t, suspectsOf(300, inRegion("far", 269, 270, 271, 272, 273)), "cloud.region=far 5+0")
}

func TestWhatIsShownMayBeThereByChanceOneTimeInTwenty(t *testing.T) {
	wantSuspects(t, suspectsOf(300, inRegion("far", 1, 2, 3, 4, 5, 280, 281, 282)), "cloud.region=far 3+5") // 4.0 %
	wantSuspects(t, suspectsOf(300, inRegion("far", 1, 2, 3, 4, 5, 6, 280, 281, 282)))                      // 5.6 %
}

func TestAPropertyIsHeldAgainstTheNumberThatWereTried(t *testing.T) {
	far := inRegion("far", 1, 2, 3, 4, 5, 280, 281, 282)
	others := func(n int) func(i int) trace.Attrs {
		return func(i int) trace.Attrs {
			if a := far(i); a != nil || i >= 10+10*n || i < 10 {
				return a
			}
			return trace.Attrs{{Key: "cloud.region", Value: fmt.Sprint("near ", i/10)}}
		}
	}
	wantSuspects(t, suspectsOf(300, others(0)), "cloud.region=far 3+5")
	wantSuspects(t, suspectsOf(300, others(1)))
}

func TestAPropertyOfAllRequestsIsNotTried(t *testing.T) {
	far := inRegion("far", 1, 2, 3, 4, 5, 280, 281, 282)
	wantSuspects(t, suspectsOf(300, func(i int) trace.Attrs {
		return append(far(i), trace.Attr{Key: "service.version", Value: "1"})
	}), "cloud.region=far 3+5")
}

func TestPropertiesOfTheSameRequestsAreOneSuspect(t *testing.T) {
	far := inRegion("far", 280, 281, 282, 283, 284)
	wantSuspects(t, suspectsOf(300, func(i int) (all trace.Attrs) {
		if all = far(i); all == nil {
			return nil
		}
		for _, key := range []string{"cloud.availability_zone", "service.version", "service.instance.id", "host.name"} {
			all = append(all, trace.Attr{Key: key, Value: "x"})
		}
		return all.Sort()
	}), "cloud.availability_zone=x 5+0 cloud.region host.name service.instance.id")
}

func TestTenSuspectsAreShown(t *testing.T) {
	got := suspectsOf(7000, func(i int) trace.Attrs { // the tail begins at place 6929
		if i < 6930 || i >= 6990 {
			return nil
		}
		return trace.Attrs{{Key: "cloud.region", Value: fmt.Sprint("far ", i/5)}}
	})
	if len(got) != 10 {
		t.Errorf("%d of 12 suspects are shown", len(got))
	}
}
