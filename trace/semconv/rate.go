package semconv

import "github.com/longpole/longpole/trace"

// A Rate is what a root says of how it was sampled, by an attribute that a known sampler leaves.
type Rate struct {
	Key, Value string
	// Of is what Value is a share of: 1 where it is a probability, 100 where it is a percentage; 0 where
	// it counts requests.
	Of int
}

// rates are the attributes of known samplers. Of Jaeger's, which has more than one sampler, only the
// probabilistic one's is a probability.
var rates = []struct {
	key          string
	of           int
	beside, says string // another attribute that must say this; none if empty
}{
	{key: "SampleRate"}, // Honeycomb
	{key: "sampler.param", of: 1, beside: "sampler.type", says: "probabilistic"}, // Jaeger
	{key: "_dd.rule_psr", of: 1}, {key: "_dd.agent_psr", of: 1}, // Datadog
	{key: "microsoft.sample_rate", of: 100}, {key: "_MS.sampleRate", of: 100}, // Azure Monitor
}

// RateKeys lists the attributes that [RateOf] looks for.
func RateKeys() (keys []string) {
	for _, r := range rates {
		keys = append(keys, r.key)
		if r.beside != "" {
			keys = append(keys, r.beside)
		}
	}
	return keys
}

// RateOf returns the rate that a root carries; ok is false if there is none.
func RateOf(root *trace.Span) (rate Rate, ok bool) {
	for _, r := range rates {
		value, has := root.Attr(r.key)
		if !has {
			continue
		}
		if said, _ := root.Attr(r.beside); r.beside == "" || said == r.says {
			return Rate{r.key, value, r.of}, true
		}
	}
	return Rate{}, false
}
