package suspects

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
)

func TestWhatStandsInASetOfSetsIsFound(t *testing.T) {
	var tags attribute.TagTable
	var sets intern.Lists
	nested := func(value string) int32 {
		inner := tags.Sets.Number([]int32{tags.Number(attribute.Tag{Service: "web", Key: "cloud.region", Value: value})})
		return ^tags.Sets.Number([]int32{^inner})
	}
	near, far := sets.Number([]int32{nested("near")}), sets.Number([]int32{nested("far")})
	f := Finder{Tags: &tags, Sets: &sets}
	found := f.Find(Requests{
		All: 300, Tail: 270, Least: 10 * time.Millisecond,
		SetOf: func(i int) int32 {
			if i >= 270 {
				return far
			}
			return near
		},
		Waited:   func(_ int, list []int32) []int32 { return list },
		Duration: func(i int) time.Duration { return time.Duration(i) * time.Millisecond },
	})
	if len(found) != 1 || found[0].Value != "far" || found[0].Tail != 30 || found[0].Effect < 10*time.Millisecond {
		t.Errorf("suspects are %+v, want the far region, without which the tail would be shorter", found)
	}
}

// A drawn request has tags, written as "service key=value", and waited for some of them where the
// tail is blamed.
type drawn struct{ did, waited []string }

// suspectsOf finds the suspects among n requests, of which the slowest tenth is the tail: those take
// 100 ms where they do not say how long, and the others 10 ms. They are named as "service key=value
// tail/of rest/of", with others of the same requests after it.
func suspectsOf(n int, of func(place int) drawn) []string { return worth(0, n, of) }

// worth does so for what is worth at least so much.
func worth(least time.Duration, n int, of func(place int) drawn) (out []string) {
	var tags attribute.TagTable
	var sets intern.Lists
	number := func(texts []string) (list []int32) {
		for _, text := range texts {
			service, attr, _ := strings.Cut(text, " ")
			key, value, _ := strings.Cut(attr, "=")
			list = append(list, tags.Number(attribute.Tag{Service: service, Key: key, Value: value}))
		}
		return list
	}
	did, waited, tail := make([]int32, n), make([][]int32, n), n-n/10
	for i := range n {
		r := of(i)
		did[i], waited[i] = sets.Number(number(append(r.did, r.waited...))), number(r.waited)
	}
	f := Finder{Tags: &tags, Sets: &sets}
	found := f.Find(Requests{
		All: n, Tail: tail, Least: least,
		SetOf:  func(i int) int32 { return did[i] },
		Waited: func(i int, list []int32) []int32 { return append(list, waited[i]...) },
		Duration: func(i int) time.Duration {
			if i >= tail {
				return 100 * time.Millisecond
			}
			return 10 * time.Millisecond
		},
	})
	for _, s := range found {
		text := fmt.Sprintf("%s %s=%s %d/%d %d/%d", s.Service, s.Key, s.Value, s.Tail, s.TailOf, s.Rest, s.RestOf)
		for _, w := range s.With {
			text += " " + w.Key + "=" + w.Value
		}
		out = append(out, text)
	}
	return out
}

func wantSuspects(t *testing.T, got []string, want ...string) {
	t.Helper()
	if a, b := strings.Join(got, ", "), strings.Join(want, ", "); a != b {
		t.Errorf("suspects are\n%q, want\n%q", a, b)
	}
}

// mostly gives one value to requests of the tail but for every 20th, and to every 20th other; another
// value to the others.
func mostly(tail int, one, other string) func(int) string {
	return func(i int) string {
		if (i >= tail) == (i%20 != 0) {
			return one
		}
		return other
	}
}

func TestWhatSlowRequestsHaveMoreOftenIsSuspect(t *testing.T) {
	region := mostly(270, "web cloud.region=far", "web cloud.region=near")
	got := suspectsOf(300, func(i int) drawn { return drawn{did: []string{region(i)}} })
	wantSuspects(t, got, "web cloud.region=far 29/30 14/270")
}

func TestWhatAllRequestsDidIsToldByWhatTheyWaitedFor(t *testing.T) {
	shard := mostly(270, "shard service.instance.id=5", "shard service.instance.id=1")
	got := suspectsOf(300, func(i int) drawn {
		return drawn{did: []string{"shard service.instance.id=1", "shard service.instance.id=5"}, waited: []string{shard(i)}}
	})
	wantSuspects(t, got, "shard service.instance.id=5 29/30 14/270")
}

func TestAnAttributeIsComparedAmongRequestsThatReachItsService(t *testing.T) {
	calls := mostly(270, "audit calls=audit", "")
	only := func(i int) drawn {
		if calls(i) == "" {
			return drawn{}
		}
		return drawn{did: []string{"audit calls=audit", "audit k8s.pod.name=audit-0"}}
	}
	wantSuspects(t, suspectsOf(300, only), "audit calls=audit 29/30 14/270")

	pod := mostly(270, "price k8s.pod.name=1", "price k8s.pod.name=0")
	half := suspectsOf(300, func(i int) drawn {
		if i%2 == 0 {
			return drawn{}
		}
		return drawn{did: []string{pod(i)}}
	})
	wantSuspects(t, half, "price k8s.pod.name=1 15/15 0/135")
}

func TestThePropertyThatCanBeActedOnLeadsAndAllOfTheSameRequestsAreNamed(t *testing.T) {
	build := mostly(270, "new", "old")
	got := suspectsOf(300, func(i int) drawn {
		b := build(i)
		return drawn{did: []string{"recs host.name=h-" + b, "recs service.instance.id=i-" + b, "recs cloud.region=r-" + b, "recs tenant.id=t-" + b, "recs service.version=v-" + b}}
	})
	wantSuspects(t, got, "recs service.version=v-new 29/30 14/270 tenant.id=t-new cloud.region=r-new service.instance.id=i-new host.name=h-new")
}

func TestPropertiesOfNearlyTheSameRequestsAreOne(t *testing.T) {
	host := mostly(270, "a", "b")
	moved := func(n int) []string { // so many of 43 requests
		return suspectsOf(300, func(i int) drawn {
			version := map[string]string{"a": "new", "b": "old"}[host(i)]
			if i > 270 && i <= 270+n {
				version = "old"
			}
			return drawn{did: []string{"recs host.name=" + host(i), "recs service.version=" + version}}
		})
	}
	wantSuspects(t, moved(2), "recs service.version=new 27/30 14/270 host.name=a")
	wantSuspects(t, moved(3), "recs host.name=a 29/30 14/270")
}

// A slow region has two instances; one of them is slower than the other, or it is not.
func TestAnInstanceThatOnlyFollowsFromItsRegionIsNoSuspect(t *testing.T) {
	region := mostly(270, "far", "near")
	alike := func(i int) drawn {
		return drawn{did: []string{"web cloud.region=" + region(i), fmt.Sprint("web service.instance.id=", region(i), i%7%2)}}
	}
	wantSuspects(t, suspectsOf(300, alike), "web cloud.region=far 29/30 14/270")
}

func TestARegionThatOnlyFollowsFromOneOfItsInstancesIsNoSuspect(t *testing.T) {
	slow := mostly(270, "yes", "no")
	got := suspectsOf(300, func(i int) drawn {
		instance := fmt.Sprint(i % 4)
		if slow(i) == "yes" {
			instance = "bad"
		}
		region := "eu"
		if instance == "bad" || instance == "0" {
			region = "us"
		}
		return drawn{did: []string{"web cloud.region=" + region, "web service.instance.id=" + instance}}
	})
	wantSuspects(t, got, "web service.instance.id=bad 29/30 14/270")
}

func TestFourSlowRequestsAreTooFew(t *testing.T) {
	tail := func(n int) []string {
		return suspectsOf(n, func(i int) drawn {
			if i >= n-n/10 || i == 0 {
				return drawn{did: []string{"web tenant.id=x"}}
			}
			return drawn{did: []string{"web tenant.id=y"}}
		})
	}
	wantSuspects(t, tail(40))
	wantSuspects(t, tail(50), "web tenant.id=x 5/5 1/45")
}

func TestAPropertyIsHeldAgainstTheNumberThatWereTried(t *testing.T) {
	tried := func(hosts int) []string {
		return suspectsOf(300, func(i int) drawn {
			r := drawn{did: []string{"web tenant.id=y"}}
			if i >= 294 || i < 17 { // 6 of 30, 17 of 270: 1.8 % by chance
				r.did[0] = "web tenant.id=x"
			}
			if i >= 20 && i < 20+10*hosts {
				r.did = append(r.did, fmt.Sprint("web host.name=", i/10))
			}
			return r
		})
	}
	wantSuspects(t, tried(0), "web tenant.id=x 6/30 17/270")
	wantSuspects(t, tried(2))
}

func TestAPropertyWithoutWhichTheTailIsAsLongIsNotWorthARow(t *testing.T) {
	often := func(slow int) []string { // so many of 30
		return worth(20*time.Millisecond, 300, func(i int) drawn {
			if i >= 300-slow {
				return drawn{did: []string{"web tenant.id=x"}}
			}
			return drawn{did: []string{"web tenant.id=y"}}
		})
	}
	wantSuspects(t, often(5))
	wantSuspects(t, often(10), "web tenant.id=x 10/30 0/270")
}

func TestThatOthersHaveItHalfAsOftenIsTooOften(t *testing.T) {
	often := func(of int) []string { // all of the tail, and so many of a hundred others
		return suspectsOf(3000, func(i int) drawn {
			if i >= 2700 || i%100 < of {
				return drawn{did: []string{"web cloud.region=far"}}
			}
			return drawn{did: []string{"web cloud.region=near"}}
		})
	}
	if at, above := often(66), often(67); len(at) != 1 || len(above) != 0 {
		t.Errorf("at 66 %% %q, at 67 %% %q", at, above)
	}
}

func TestPropertiesOfTheSameRequestsAreTriedOnce(t *testing.T) {
	got := suspectsOf(300, func(i int) drawn {
		if i >= 294 || i < 15 { // 6 of 30, 15 of 270: 1.1 % by chance, and four were tried
			return drawn{did: []string{"web tenant.id=x", fmt.Sprint("web host.name=", i%2)}}
		}
		return drawn{did: []string{"web tenant.id=y", "web host.name=z"}}
	})
	wantSuspects(t, got, "web tenant.id=x 6/30 15/270")
}
