package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

func apartCount(all []analyze.Apart) (n int) {
	for _, a := range all {
		n += a.Count
	}
	return n
}

var apartReasons = map[string]string{
	"poll": "poll that received nothing", "connection": "connection", "stream": "stream", "session": "session of an app",
}

// apart lists what is no request: nobody waits for its end, so that its length is no latency.
func apart(all []analyze.Apart) Section {
	s := Section{Title: say("Apart from requests")}
	s.say("Polls that received nothing, connections, streams and sessions: nobody waits for their end, so they are in no figure above.")
	s.table(rowsOf("", []Column{
		nameColumn("root"), {Head: "what"}, numeric("count"), numeric("p50"), numeric("longest"),
	}, all, func(a analyze.Apart) []Cell {
		return []Cell{cellOf(Name(a.Name)), cellOf(apartReasons[a.Why]), cellOf(unit.Count(a.Count)), cellOf(unit.Duration(a.P50)), cellOf(unit.Duration(a.Max))}
	}))
	return s
}
