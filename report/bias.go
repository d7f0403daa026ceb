package report

import (
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

// biases says what looks unfair about the traces of a journey.
func (r *Report) biases(j *analyze.Journey) []Phrase {
	var out []Phrase
	for _, b := range r.result.Biases {
		if b.Journey != "" && b.Journey == j.Name {
			out = append(out, biasWords(b))
		}
	}
	return out
}

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
		line := biasWords(b)
		if n := more[b.Kind]; n > 0 {
			line = append(line, say(" The same is true of ", unit.Of(n, "other journey", "other journeys"), ".")...)
		}
		lines = append(lines, line.Escaped(EscapeTerminal))
	}
	return lines
}

// biasWords says why the traces may be no fair sample. Only a sampler's mark comes from nothing
// but a sampler.
func biasWords(b analyze.Bias) Phrase {
	chosen := "The traces may be chosen: "
	if b.Kind == analyze.BiasSampler {
		chosen = "The traces look chosen: "
	}
	return say(chosen, biasSign(b),
		". If slow or failed ones were kept on purpose, no percentile here is that of all requests, and no verdict on one holds.")
}

func biasSign(b analyze.Bias) Phrase {
	switch b.Kind {
	case analyze.BiasErrors:
		return say(shareText(b.Share), " of ", Name(b.Journey), " failed")
	case analyze.BiasJump:
		return say("from ", unit.Duration(b.At), " on there are suddenly many more of ", Name(b.Journey))
	}
	return say("they carry ", Name(b.Key), ", which a tail sampler writes")
}
