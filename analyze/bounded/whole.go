package bounded

import (
	"cmp"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Request is what every request counts by, also those that are not kept.
type Request struct {
	Trace    trace.ID
	Root     trace.SpanID
	Start    trace.Time
	Duration time.Duration
	Weight   quantile.Weight
	Failed   bool
	Alone    bool // no other request begins in the trace
}

// A Whole is what is known of all requests of a journey of which some are not kept. It adds up in any order.
type Whole struct {
	Requests, Failed int
	Weight           quantile.Weight
	Least, Most      quantile.Weight // of a request
	Squares          quantile.Sum    // of the weights
	Durations        quantile.Sum    // times weights
	First, Last      trace.Time      // start
	Longest          Request         // of those that are equally long the first by its ids
	Latency          Histogram
	// Layers are histograms of the times of layers, as they were named before all requests were judged; requests
	// without any of a layer are not in it.
	Layers map[string]*Histogram
}

// Add counts a request.
func (w *Whole) Add(r *Request) {
	if w.Requests == 0 {
		*w = Whole{Least: r.Weight, Most: r.Weight, First: r.Start, Last: r.Start, Longest: *r, Latency: w.Latency, Layers: w.Layers}
	}
	w.Requests++
	if r.Failed {
		w.Failed++
	}
	w.Weight += r.Weight
	w.Squares.Add(r.Weight, time.Duration(r.Weight))
	w.Durations.Add(r.Weight, r.Duration)
	w.Latency.Add(r.Duration, r.Weight)
	w.reach(r.Weight, r.Weight, r.Start, r.Start, r)
}

func (w *Whole) reach(least, most quantile.Weight, first, last trace.Time, longest *Request) {
	w.Least, w.Most = min(w.Least, least), max(w.Most, most)
	w.First, w.Last = min(w.First, first), max(w.Last, last)
	if longest.isLongerThan(&w.Longest) {
		w.Longest = *longest
	}
}

func (r *Request) isLongerThan(o *Request) bool {
	if r.Duration != o.Duration {
		return r.Duration > o.Duration
	}
	if c := r.Trace.Compare(o.Trace); c != 0 {
		return c > 0
	}
	return r.Root > o.Root
}

// AddLayer counts what a request spent on a layer.
func (w *Whole) AddLayer(layer string, d time.Duration, weight quantile.Weight) {
	h := w.Layers[layer]
	if h == nil {
		if w.Layers == nil {
			w.Layers = map[string]*Histogram{}
		}
		h = &Histogram{}
		w.Layers[layer] = h
	}
	h.Add(d, weight)
}

// Merge adds what is known of other requests.
func (w *Whole) Merge(o *Whole) {
	if o.Requests == 0 {
		return
	}
	if w.Requests == 0 {
		w.Least, w.Most, w.First, w.Last, w.Longest = o.Least, o.Most, o.First, o.Last, o.Longest
	}
	w.Requests += o.Requests
	w.Failed += o.Failed
	w.Weight += o.Weight
	w.Squares.Plus(o.Squares)
	w.Durations.Plus(o.Durations)
	w.Latency.Merge(&o.Latency)
	w.reach(o.Least, o.Most, o.First, o.Last, &o.Longest)
	for layer, h := range o.Layers {
		if w.Layers == nil {
			w.Layers = map[string]*Histogram{}
		}
		if w.Layers[layer] == nil {
			w.Layers[layer] = &Histogram{}
		}
		w.Layers[layer].Merge(h)
	}
}

// Sample returns the durations of all requests, by their first three digits.
func (w *Whole) Sample() *quantile.Sample {
	return quantile.NewBucketed(w.Latency.Values(w.Longest.Duration), w.weighing())
}

// SampleOf returns the times that all requests spent on a layer; nil if none did.
func (w *Whole) SampleOf(layer string) *quantile.Sample {
	h := w.Layers[layer]
	if h == nil {
		return nil
	}
	values := h.Values(w.Longest.Duration)
	of := w.weighing()
	with := quantile.Weight(0)
	for _, v := range values {
		with += v.Weight
	}
	if with < w.Weight {
		values = append([]quantile.Value{{Time: 0, Weight: w.Weight - with}}, values...)
	}
	return quantile.NewBucketed(values, of)
}

func (w *Whole) weighing() quantile.Weighing {
	return quantile.Weighing{Observations: w.Requests, Equal: w.Least == w.Most, Most: w.Most.Float(), Squares: w.Squares.Float() / float64(quantile.One) / float64(quantile.One)}
}

// Code is what is known of all requests.
func (w *Whole) Code(c *wire.Coder) {
	wire.Counts(c, &w.Requests, &w.Failed)
	wire.Num(c, &w.Weight)
	w.Least.Code(c)
	w.Most.Code(c)
	w.Squares.Code(c)
	w.Durations.Code(c)
	wire.Num(c, &w.First)
	wire.Num(c, &w.Last)
	w.Longest.code(c)
	w.Latency.Code(c)
	wire.Map(c, &w.Layers, cmp.Compare[string], func(layer *string) { wire.Text(c, layer) }, func(h **Histogram) {
		if c.Reading() {
			*h = &Histogram{}
		}
		(*h).Code(c)
	})
	if w.Requests == 0 || w.Weight == 0 || w.Least > w.Most || w.First > w.Last || w.Latency.Histogram == nil {
		c.Fail("what is known of all requests cannot be")
	}
}

func (r *Request) code(c *wire.Coder) {
	wire.Num(c, &r.Trace.Hi)
	wire.Num(c, &r.Trace.Lo)
	wire.Num(c, &r.Root)
	wire.Num(c, &r.Start)
	if wire.Num(c, &r.Duration); r.Duration < 0 {
		c.Fail("a request takes less than no time")
		r.Duration = 0
	}
	r.Weight.Code(c)
	c.Bool(&r.Failed)
	c.Bool(&r.Alone)
}
