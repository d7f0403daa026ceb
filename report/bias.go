package report

import (
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

// BiasWarnings returns a line for each sign that the traces are no fair sample.
func BiasWarnings(res *analyze.Result) []string {
	var lines []string
	for _, b := range res.Biases {
		lines = append(lines, biasWords(b).Escaped(EscapeTerminal))
	}
	return lines
}

// biasWords says why the traces may be no fair sample.
func biasWords(b analyze.Bias) Phrase {
	p := say("The traces look chosen: ")
	switch b.Kind {
	case analyze.BiasErrors:
		p = say(p, shareText(b.Share), " of ", Name(b.Journey), " failed")
	case analyze.BiasJump:
		p = say(p, "from ", unit.Duration(b.At), " on there are suddenly many more of ", Name(b.Journey))
	case analyze.BiasSlow:
		p = say(p, shareText(b.Share), " of ", Name(b.Journey), " took more than four times as long as the quickest tenth")
	default:
		p = say(p, "they carry ", Name(b.Key), ", which a tail sampler writes")
	}
	return say(p, ". If slow or failed ones were kept on purpose, no percentile here is that of all requests, and no verdict on one holds.")
}
