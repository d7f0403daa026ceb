package budget

import (
	"strings"
	"time"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
)

// A Price is what it costs to occupy a service for an hour, in millionths of what the plan counts in.
type Price struct {
	Service match.Glob
	Hour    int64
}

// PriceOf returns what occupying a service for so long costs, in millionths, by the first of the plan's prices that is
// for it.
func (p *Plan) PriceOf(service string, occupied time.Duration) (millionths int64, known bool) {
	if p == nil {
		return 0, false
	}
	for _, price := range p.Prices {
		if price.Service.Match(service) {
			return int64(float64(occupied) / float64(time.Hour) * float64(price.Hour)), true
		}
	}
	return 0, false
}

// readPrices reads what services cost:
//
//	prices: {payment: 0.12, "*": 0.04}
func (r *planReader) readPrices(n strictyaml.Node) {
	for _, e := range r.Entries(n, "prices") {
		text, _ := strictyaml.Scalar(e.Value)
		hour, err := parseDecimal(strings.TrimSpace(text), 1_000_000)
		if err != nil || hour < 0 {
			r.Fail(e.Value, "price of %q: %s is no price of an hour; write for example 0.12", e.Key, strictyaml.Describe(e.Value))
		}
		r.plan.Prices = append(r.plan.Prices, Price{match.Glob(e.Key), hour})
	}
}
