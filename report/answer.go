package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// answer is what a reader must know if the first line is all that is read: first what is wrong
// with what was measured.
func answer(res *analyze.Result) page.Phrase {
	var p page.Phrase
	for _, c := range account.Caveats(res) {
		p = page.Say(p, c, " ")
	}
	return page.Say(p, finding(res), account.FewUnfinished(res))
}

// finding is what was found of the requests that were measured.
func finding(res *analyze.Result) page.Phrase {
	if len(res.Verdicts) > 0 {
		return verdictAnswer(res)
	}
	if len(res.Journeys) == 0 {
		return page.Say("No request could be analysed: ", account.NoRequest(res), ".")
	}
	j := &res.Journeys[0]
	return page.Say(page.Name(j.Name), ": ", howSlow(j), ". ", why(j))
}

// howSlow gives the highest percentile that is bounded, or the slowest request.
func howSlow(j *analyze.Journey) string {
	requests := " (" + unit.Of(j.Observations, "request", "requests") + ")"
	var best *analyze.Attributed
	for i := range j.Percentiles {
		if j.Percentiles[i].Bounded && j.Percentiles[i].Level > quantile.P50 {
			best = &j.Percentiles[i]
		}
	}
	switch {
	case best != nil:
		return best.Level.String() + " " + unit.Duration(best.Value) + requests
	case j.Observations == 1:
		return unit.Duration(j.Max) + requests
	}
	return "at most " + unit.Duration(j.Max) + requests
}

func why(j *analyze.Journey) page.Phrase {
	t := &j.Tail
	if !hasTail(j) {
		of := "a typical one"
		if j.Observations == 1 {
			of = "it"
		}
		return page.Say(Mostly(&t.Typical, of), ".")
	}
	top := t.By(analyze.ByLayer)[0]
	share := unit.Percent(top.Time, t.Extra) + " of that is "
	if top.Time > t.Extra {
		share = "more than all of that is "
	}
	return page.Say("The slowest ", t.Level.Beyond(), " take ", unit.Duration(t.Extra), " longer than a typical request; ",
		share, page.Name(top.Name), where(t.Excess, top.Name), ".")
}

// Mostly names the layer that most of a composition was spent on.
func Mostly(c *analyze.Composition, of string) page.Phrase {
	shares := c.By(analyze.ByLayer)
	if len(shares) == 0 || c.Total == 0 {
		return page.Say("Nothing took any time")
	}
	top := shares[0]
	return page.Say(unit.Percent(top.Time, c.Total), " of ", of, " is ", page.Name(top.Name), where(c.Cells, top.Name))
}

// where names the place in which most of a layer's time was spent.
func where(cells []analyze.CellShare, layer string) page.Phrase {
	var most analyze.Composition
	for _, c := range cells {
		if c.Cell.Layer == layer {
			most.Cells = append(most.Cells, c)
		}
	}
	shares := most.By(analyze.ByPlace)
	if len(shares) == 0 {
		return nil
	}
	return page.Say(", in ", page.Name(shares[0].Name))
}

// hasTail reports whether there are enough requests to tell slow ones from typical ones, and
// a difference between them.
func hasTail(j *analyze.Journey) bool { return j.Observations >= fewest && j.Tail.Extra > 0 }
