package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

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
