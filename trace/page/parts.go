package page

import "time"

// An LCP is the time to the largest contentful paint in its four parts, which add up to it. Times count
// from when the page was activated, which is when its navigation began unless it was prepared before.
type LCP struct{ TTFB, LoadDelay, LoadDuration, RenderDelay time.Duration }

// Sum returns the time to the paint.
func (p LCP) Sum() time.Duration { return p.TTFB + p.LoadDelay + p.LoadDuration + p.RenderDelay }

// PartsOfLCP computes the parts from the timing of the document and of what was painted; resource is
// nil where that is text, or not known.
//
//	activation   responseStart    requestStart   responseEnd    paint
//	  |    ttfb      |  load delay   | load duration |  render delay |
func PartsOfLCP(document, resource *Timing, lcp time.Duration) LCP {
	activation := max(0, document.Or(Activation, 0))
	ttfb := min(max(0, document.Or(ResponseStart, activation)-activation), lcp)
	request, response := ttfb, ttfb
	if resource != nil && resource.Known() {
		began := resource.Or(RequestStart, resource.Or(FetchStart, activation))
		request = min(max(ttfb, began-activation), lcp)
		response = min(lcp, max(request, resource.Or(ResponseEnd, 0)-activation))
	}
	return LCP{ttfb, request - ttfb, response - request, lcp - response}
}

// partsSaid returns the parts that a vital says of itself; the last one is what is left of the sum.
func partsSaid(p *Parts, lcp time.Duration) (out LCP, ok bool) {
	if p.TTFB == Unknown {
		return out, false
	}
	out.TTFB = min(max(0, p.TTFB), lcp)
	out.LoadDelay = min(max(0, orNone(p.LoadDelay)), lcp-out.TTFB)
	out.LoadDuration = min(max(0, orNone(p.LoadDuration)), lcp-out.TTFB-out.LoadDelay)
	out.RenderDelay = lcp - out.TTFB - out.LoadDelay - out.LoadDuration
	return out, true
}

func orNone(d time.Duration) time.Duration {
	if d == Unknown {
		return 0
	}
	return d
}

// A TTFB is the time to the first byte in its parts, which add up to it.
type TTFB struct{ Waiting, Cache, DNS, Connection, Request time.Duration }

// Sum returns the time to the first byte.
func (p TTFB) Sum() time.Duration { return p.Waiting + p.Cache + p.DNS + p.Connection + p.Request }

// PartsOfTTFB computes the parts from the timing of the document.
func PartsOfTTFB(document *Timing) TTFB {
	activation := max(0, document.Or(Activation, 0))
	end := max(0, document.Or(ResponseStart, activation)-activation)
	last := time.Duration(0)
	next := func(m Moment, otherwise Moment) time.Duration {
		at, ok := document.At(m)
		if !ok {
			at, ok = document.At(otherwise)
		}
		before := last
		if ok {
			last = min(max(last, at-activation), end)
		}
		return last - before
	}
	var p TTFB
	p.Waiting = next(WorkerStart, FetchStart)
	p.Cache = next(DomainLookupStart, DomainLookupStart)
	p.DNS = next(ConnectStart, DomainLookupEnd)
	p.Connection = next(ConnectEnd, ConnectEnd)
	p.Request = end - last
	return p
}

// An INP is the time from an interaction to the next paint in its parts, which add up to it.
type INP struct{ InputDelay, Processing, Presentation time.Duration }

// Sum returns the time to the next paint.
func (p INP) Sum() time.Duration { return p.InputDelay + p.Processing + p.Presentation }

// partsOfINP returns the parts that a vital says of itself. Browsers round what an event took to 8 ms, so
// its value, which is what counts, and the parts may differ by as much; the last part takes the difference.
func partsOfINP(p *Parts, inp time.Duration) (out INP, ok bool) {
	if p.InputDelay == Unknown && p.Processing == Unknown && p.Presentation == Unknown {
		return INP{Processing: inp}, false
	}
	out.InputDelay = min(max(0, orNone(p.InputDelay)), inp)
	out.Processing = min(max(0, orNone(p.Processing)), inp-out.InputDelay)
	out.Presentation = inp - out.InputDelay - out.Processing
	return out, true
}
