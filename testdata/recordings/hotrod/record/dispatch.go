package main

import (
	"cmp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// dispatch is what the requests for a car took. Times are nanoseconds; a percentile is the value at rank ceil(p n).
type dispatch struct {
	Count   int    `json:"count"`
	Failed  int    `json:"failed"` // answered with 500
	P50     int64  `json:"p50Ns"`
	P95     int64  `json:"p95Ns"`
	P99     int64  `json:"p99Ns"`
	Typical phases `json:"typical"` // mean of the requests between 40 % and 60 %
	Tail    phases `json:"tail"`    // mean of the slowest 5 %
}

// phases is one request, or the mean of several. HotROD does three things in turn, so these are cut by hand:
//
//	root   |------------------------ Total ------------------------|
//	       |------- Customer -------|--- Driver ---|---- Route ----|
//	           |----- MySQL -----|
//	           |-Lock-|
type phases struct {
	Total    int64 `json:"totalNs"`
	Customer int64 `json:"customerNs"` // until the drivers are asked for
	MySQL    int64 `json:"mysqlNs"`    // of Customer: the query with its wait
	Lock     int64 `json:"lockNs"`     // of MySQL: waiting for the one connection
	Driver   int64 `json:"driverNs"`   // the gRPC call, as its caller sees it
	Route    int64 `json:"routeNs"`    // the ten routes, with the wait for a worker
}

// request is one trace, as far as the phases need it.
type request struct {
	root, sql, find ptrace.Span
	has             struct{ root, sql, find bool }
}

// take keeps the span if it bounds a phase.
func (r *request) take(service string, span ptrace.Span) {
	switch {
	case span.ParentSpanID().IsEmpty():
		r.root, r.has.root = span, true
	case service == "mysql":
		r.sql, r.has.sql = span, true
	case service == "frontend" && strings.HasSuffix(span.Name(), "/FindNearest"):
		r.find, r.has.find = span, true
	}
}

func (r *request) isDispatch() bool {
	route, _ := r.root.Attributes().Get("http.route")
	return route.AsString() == "/dispatch"
}

func (r *request) failed() bool {
	code, _ := r.root.Attributes().Get("http.response.status_code")
	return code.Int() >= 500
}

// phases cuts the request. The lock logs when it is had; with the lock disabled it says nothing and costs nothing.
func (r *request) phases() phases {
	p := phases{
		Total:    took(r.root),
		Customer: int64(r.find.StartTimestamp() - r.root.StartTimestamp()),
		MySQL:    took(r.sql),
		Driver:   took(r.find),
		Route:    int64(r.root.EndTimestamp() - r.find.EndTimestamp()),
	}
	for _, e := range r.sql.Events().All() {
		if strings.HasPrefix(e.Name(), "Acquired lock") {
			p.Lock = int64(e.Timestamp() - r.sql.StartTimestamp())
		}
	}
	return p
}

func took(s ptrace.Span) int64 { return int64(s.EndTimestamp() - s.StartTimestamp()) }

// measure leaves out what is no whole /dispatch; a recording that lacks any is refused for its count.
func measure(requests map[pcommon.TraceID]*request) dispatch {
	var d dispatch
	var all []phases
	for _, r := range requests {
		if !r.has.root || !r.has.sql || !r.has.find || !r.isDispatch() {
			continue
		}
		all = append(all, r.phases())
		if r.failed() {
			d.Failed++
		}
	}
	d.Count = len(all)
	if d.Count == 0 {
		return d
	}
	slices.SortFunc(all, func(a, b phases) int { return cmp.Compare(a.Total, b.Total) })
	d.P50, d.P95, d.P99 = rank(all, 50), rank(all, 95), rank(all, 99)
	d.Typical = mean(all[d.Count*40/100 : max(d.Count*60/100, d.Count*40/100+1)])
	d.Tail = mean(all[d.Count*95/100:])
	return d
}

// rank returns the total at rank ceil(percent/100 of n) of requests sorted by it.
func rank(sorted []phases, percent int) int64 {
	return sorted[(len(sorted)*percent+99)/100-1].Total
}

func mean(some []phases) phases {
	var sum phases
	for _, p := range some {
		sum.Total += p.Total
		sum.Customer += p.Customer
		sum.MySQL += p.MySQL
		sum.Lock += p.Lock
		sum.Driver += p.Driver
		sum.Route += p.Route
	}
	n := int64(len(some))
	return phases{sum.Total / n, sum.Customer / n, sum.MySQL / n, sum.Lock / n, sum.Driver / n, sum.Route / n}
}
