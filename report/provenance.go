package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// provenance says what the figures rest on. It is part of every report, so that one that is
// passed on alone does not look complete when it is not.
func provenance(res *analyze.Result) page.Section {
	s := page.Section{Title: page.Say("What this rests on")}
	l := res.Ledger
	s.Say(account.Spans(l))
	s.Say(account.Records(l.Records))
	s.Say(account.Traces(res))
	s.Add(account.Sampling(res.Sampling))
	if w := res.Weights; w.Unusable > 0 {
		s.Add(page.Line{Text: page.Say(unit.Of(w.Unusable, "request carries", "requests carry"), " a ", page.Name(w.Attr), " that is no weight, so nobody knows how many they stand for."), Mood: page.Warning})
	}
	if w := res.Weights; w.Rated > 0 {
		s.Add(page.Line{Text: page.Say(unit.Of(w.Rated, "request carries", "requests carry"), " ", page.Name(w.Rate), ", and the others do not, so each counts once; --weight-attr ", page.Name(w.Rate), " counts by it."), Mood: page.Warning})
	}
	for _, b := range res.Biases {
		if b.Journey == "" {
			s.Add(page.Line{Text: account.BiasWords(b), Mood: page.Warning})
		}
	}
	if res.Plan != nil {
		s.Say("Plan: ", page.Name(res.Plan.File), ".")
	}
	for _, f := range account.Files(l.Files) {
		s.Say(f)
	}
	for _, f := range l.Findings() {
		account.AddFinding(&s, f)
	}
	return s
}

// biases says what looks unfair about the traces of a journey.
func (r *Report) biases(j *analyze.Journey) []page.Phrase {
	var out []page.Phrase
	for _, b := range r.result.Biases {
		if b.Journey != "" && b.Journey == j.Name {
			out = append(out, account.BiasWords(b))
		}
	}
	return out
}
