package account

import (
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// BiasWarnings returns a line for each kind of sign that the traces are no fair sample, with the
// busiest journey that shows it.
func BiasWarnings(res *analyze.Result) []string {
	var first []analyze.Bias
	more := map[analyze.BiasKind]int{}
	for _, b := range res.Biases {
		if !slices.ContainsFunc(first, func(f analyze.Bias) bool { return f.Kind == b.Kind }) {
			first = append(first, b)
			continue
		}
		more[b.Kind]++
	}
	var lines []string
	for _, b := range first {
		line := BiasWords(b)
		if n := more[b.Kind]; n > 0 {
			line = append(line, page.Say(" The same is true of ", unit.Of(n, "other journey", "other journeys"), ".")...)
		}
		lines = append(lines, line.Escaped(page.EscapeTerminal))
	}
	return lines
}

// BiasWords says why the traces may be no fair sample. Only a sampler's mark comes from nothing
// but a sampler.
func BiasWords(b analyze.Bias) page.Phrase {
	if b.Kind == analyze.BiasChosen {
		return page.Say("Requests are chosen by how they went: ", BiasSign(b), ". No percentile here is that of all requests, and no verdict on one holds.")
	}
	chosen := "The traces may be chosen: "
	if b.Kind == analyze.BiasSampler {
		chosen = "The traces look chosen: "
	}
	return page.Say(chosen, BiasSign(b),
		". If slow or failed ones were kept on purpose, no percentile here is that of all requests, and no verdict on one holds.")
}

// BiasSign says what the traces show that a fair sample would not.
func BiasSign(b analyze.Bias) page.Phrase {
	switch b.Kind {
	case analyze.BiasChosen:
		return page.Say("--where asks for duration, status or error")
	case analyze.BiasErrors:
		return page.Say(unit.Share(b.Share), " of ", page.Name(b.Journey), " failed")
	case analyze.BiasJump:
		return page.Say("from ", unit.Duration(b.At), " on there are suddenly many more of ", page.Name(b.Journey))
	}
	return page.Say("they carry ", page.Name(b.Key), ", which a tail sampler writes")
}
