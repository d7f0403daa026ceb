package diff

import (
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// Where says for another page what most of a journey's change is: ": 90 % of it is network, web -> payment
// (+86.2 ms), in the same requests, now slower, only with cloud.region ap-south-1". Empty where no change is more
// than chance.
func Where(j *compare.Journey) page.Phrase {
	if j.Said == compare.Unproven || j.Unequal != "" {
		return nil
	}
	return page.Say(where(j), forWhom(j))
}

// Shortly is Where for the head of a journey: ": network, in web -> payment, +86.2 ms over the baseline".
func Shortly(j *compare.Journey) page.Phrase {
	top := j.Top()
	if j.Said == compare.Unproven || j.Unequal != "" || top == nil || top.Change() < 0 {
		return nil
	}
	name := page.Say(page.Name(top.Layer), ", in ", page.Name(top.Place))
	if top.Layer == top.Place {
		name = page.Say(page.Name(top.Place))
	}
	return page.Say(": ", name, ", ", unit.Signed(top.Change()), " over the baseline", forWhom(j))
}

// Sentence says the same as a sentence of its own, and how sure the change is.
func Sentence(j *compare.Journey) page.Phrase {
	top := j.Top()
	if j.Said == compare.Unproven || top == nil {
		return page.Say(proof(j))
	}
	share := most(top, j.Headline.Change())
	return page.Say(strings.ToUpper(share[:1]), share[1:], inPlace(top), forWhom(j), ". ", proof(j))
}

// Lines say by layer where a journey's change went, if it is more than chance, and which calls only one side
// makes, or waits for.
func Lines(j *compare.Journey) (lines []page.Phrase) {
	if j.Said == compare.Unproven {
		return calls(j)
	}
	var parts []page.Phrase
	rows, small := split(j.Headline.By(analyze.ByLayer), j.Headline.Change())
	for _, r := range rows {
		if in := mostlyIn(&j.Headline, r); in != nil && r.Change() != 0 {
			parts = append(parts, page.Say(page.Name(r.Name), " ", unit.Signed(r.Change()), " (", in, ")"))
		}
	}
	if small.Change() != 0 {
		parts = append(parts, page.Say(unit.Of(small.n, "smaller change", "smaller changes"), " ", unit.Signed(small.Change())))
	}
	return append([]page.Phrase{page.Say("By layer: ", page.List(parts))}, calls(j)...)
}
