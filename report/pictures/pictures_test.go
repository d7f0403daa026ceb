package pictures

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/report/waterfall"
	"github.com/longpole/longpole/trace"
)

// shop is the shop's requests, with the waterfalls of those that are worth it.
func shop(t *testing.T, link string) (*analyze.Result, value) {
	traces := reporttest.ShopTraces(t)
	reporttest.Number(traces)
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Stacks: true})
	byID := map[trace.ID]*trace.Trace{}
	for _, spans := range traces {
		tr := trace.Assemble(spans, trace.Options{})
		byID[tr.ID] = tr
		c.Add(tr)
	}
	res := c.Result(analyze.Settings{})
	var found []Found
	for _, w := range Wants(res) {
		e := attribute.NewExplainer(category.BuiltIn(), nil)
		q, waits := reporttest.Whole(byID[w.Exemplar.Trace], e)
		found = append(found, Found{w, waterfall.New(byID[w.Exemplar.Trace], q, waits, e)})
	}
	return res, Of(res, c.Data, found, link, "").(value)
}

func TestThePathOfAJourneyAddsUpToWhatItsRequestsTook(t *testing.T) {
	res, v := shop(t, "")
	if len(v.Paths) != len(res.Journeys) {
		t.Fatalf("%d paths of %d journeys", len(v.Paths), len(res.Journeys))
	}
	for i, p := range v.Paths {
		var sums [2]int64
		for _, n := range p.Nodes {
			sums[0], sums[1] = sums[0]+n[3], sums[1]+n[4]
		}
		if tail := res.Journeys[i].Tail; sums != [2]int64{int64(tail.Typical.Total), int64(tail.Slow.Total)} {
			t.Errorf("%s: %v, not %v and %v", res.Journeys[i].Name, sums, tail.Typical.Total, tail.Slow.Total)
		}
	}
}

// What is marked in a waterfall fills the request.
func TestTheMarkedPathOfAnExemplarIsItsDuration(t *testing.T) {
	res, v := shop(t, "https://jaeger.example/trace/{traceID}")
	if len(v.Waterfalls) < len(res.Journeys) {
		t.Fatalf("%d waterfalls of %d journeys", len(v.Waterfalls), len(res.Journeys))
	}
	for _, f := range v.Waterfalls {
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Journey int
			Link    string
			Request struct {
				Trace    string
				Duration time.Duration `json:"duration_ns"`
				Path     []struct {
					From time.Duration `json:"from_offset_ns"`
					To   time.Duration `json:"to_offset_ns"`
				}
			}
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		var sum time.Duration
		for _, p := range got.Request.Path {
			sum += p.To - p.From
		}
		if sum == 0 || sum != got.Request.Duration || got.Link != "https://jaeger.example/trace/"+got.Request.Trace {
			t.Errorf("%s: the path is %v of %v, its link %s", got.Request.Trace, sum, got.Request.Duration, got.Link)
		}
	}
}

func TestNoRequestIsWantedTwiceOfAJourney(t *testing.T) {
	res := reporttest.Collected(t, reporttest.Checkout(t, 180, 17))
	if wants := Wants(res); len(wants) != 1 {
		t.Errorf("of one request %d are wanted", len(wants))
	}
}
