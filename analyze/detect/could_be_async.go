package detect

import (
	"strings"
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
)

var couldBeAsync = Detector{
	ID: "LP019", Name: "could-be-async",
	Means:    "Requests wait for a call whose answer they hardly need: a report, a mail, a count.",
	Evidence: "A call on the path to something that is named as a sink. Proven where other requests make the same call without waiting.",
	Alike:    "Records that the law wants before the answer, payments, an outbox in the same transaction: names do not tell them apart, so it is a hint until it is seen otherwise.",
	Remedy:   "Hand it to a queue or an outbox, or make the call after the answer.",
	Says:     "{requests} of {of} requests wait for it, half of them {call} or longer",
	WhatIf:   [][]string{{"remove {PLACE, OPERATION}"}},
	begin:    func(limits) fold { return &sinks{known: map[string]bool{}} },
}

// sinkWords are in the names of what takes and does not answer much.
var sinkWords = []string{"audit", "mail", "email", "mailer", "notify", "notification", "notifications", "analytics", "metrics", "telemetry", "tracking", "tracker", "webhook", "webhooks", "newsletter", "sms", "push", "log", "logs", "logger", "logging", "events"}

type sinks struct {
	tally
	known map[string]bool // whether a callee is a sink
}

func (f *sinks) look(q *request) {
	for _, i := range q.calls {
		sig := q.is[i]
		if sig.Category == category.Messaging || sig.Category == category.DB {
			continue
		}
		if f.is(q.asked[i]) {
			f.add(q.subject(i), q.hit(q.under[i]))
		}
	}
}

func (f *sinks) is(callee string) bool {
	sink, known := f.known[callee]
	if !known {
		sink = isSink(callee)
		f.known[callee] = sink
	}
	return sink
}

// isSink reports whether a word of a name is that of a sink: audit, audit-log, mail.shop.test.
func isSink(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	words := strings.FieldsFunc(strings.ToLower(first), func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '/' })
	for _, w := range words {
		for _, s := range sinkWords {
			if w == s || w == s+"service" {
				return true
			}
		}
	}
	return false
}

func (f *sinks) merge(o fold) { f.mergeTally(&o.(*sinks).tally) }

func (f *sinks) find(r *round) {
	for _, s := range f.subjects() {
		level := budget.Hint
		if r.edge(s).Async >= fewestRequests {
			level = budget.Proven
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				r.add(&couldBeAsync, s, level, timeOf("call", medianOf(s.hits, func(h *shownHit) time.Duration { return h.stake })))
			}
		})
	}
}
