package sides

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/vitals"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// Rated says how the loads of a page are rated by the vitals that browsers told. They stand beside its time and are in no sum.
func Rated(j *analyze.Journey) page.Line {
	var parts []page.Phrase
	for i := range j.Rated {
		r := &j.Rated[i]
		text := page.Say(r.Name, " p75 ", amountOf(r), ", ", r.Rating(), " (", unit.Of(r.Loads, "load", "loads"))
		for _, some := range []struct {
			weight quantile.Weight
			word   string
		}{{r.Good, "good"}, {r.NeedsImprovement, "needs improvement"}, {r.Poor, "poor"}} {
			if some.weight > 0 {
				text = page.Say(text, ", ", unit.Percent(int64(some.weight), int64(r.Good+r.NeedsImprovement+r.Poor)), " ", some.word)
			}
		}
		parts = append(parts, page.Say(text, ")"))
	}
	if len(parts) == 0 {
		return page.Line{}
	}
	return page.Line{Text: page.Say("Rated by the usual limits: ", page.List(parts), ".")}
}

func amountOf(r *vitals.Rated) string {
	if r.Name == vitals.CLS {
		return vitals.Text(r.P75)
	}
	return unit.Duration(time.Duration(r.P75))
}

// A RatedJSON is how loads are rated by one vital.
type RatedJSON struct {
	Name   string        `json:"name"`
	P75    time.Duration `json:"p75_ns,omitempty"`
	Score  string        `json:"p75,omitempty"`
	Rating string        `json:"rating"`
	Loads  int           `json:"loads"`
	Good   float64       `json:"good"`
	Needs  float64       `json:"needs_improvement"`
	Poor   float64       `json:"poor"`
}

// NewRatedJSON returns it.
func NewRatedJSON(r vitals.Rated) RatedJSON {
	out := RatedJSON{Name: r.Name, Rating: r.Rating(), Loads: r.Loads, Good: r.Good.Float(), Needs: r.NeedsImprovement.Float(), Poor: r.Poor.Float()}
	if r.Name == vitals.CLS {
		out.Score = vitals.Text(r.P75)
	} else {
		out.P75 = time.Duration(r.P75)
	}
	return out
}
