package analyze

import (
	"cmp"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// Data is what was collected of many requests: plain values that know neither the spans nor
// who collected them. Data of different traces of one run merge, in any order, into what would
// have been collected of all; those of two runs can be compared, see [Compare].
type Data struct {
	Ledger     trace.Ledger
	by         []budget.SliceBy // what slices holds the values of; the route follows
	properties *attribute.Properties
	cells      cellTable
	slices     intern.Lists // values of all slices and the route, by their numbers
	tagSets    intern.Lists // tags of requests, see attribute.Structure
	offPath    intern.Numbers[asyncKey]
	journeys   map[attribute.Key]*journey
	leftOut    LeftOut
	evidence   *attribute.Evidence
	apart      map[apartKey]*apartCount
	weightAttr string     // by which requests are weighed; empty for their thresholds
	tallies    []tagTally // what serves one journey after the other
}

func newData(e *attribute.Explainer) *Data {
	return &Data{by: e.Plan.Slices, properties: e.Properties, evidence: e.Evidence, journeys: map[attribute.Key]*journey{}, apart: map[apartKey]*apartCount{}}
}

// journey is what is kept of one kind of request.
type journey struct {
	observations []Observation
	service      string // of a root; the least of them by name, which rarely is a choice
	route        string
	varies       bool // it is known by all names of the run only
	sampling     samplingCount
	incomplete   int                  // observations of traces that miss a span
	unfinished   int                  // requests that are no observations, for nobody knows how long they took
	async        map[int32]asyncTimes // by number of the kind of work
	sorted       *population          // nil once there are more observations
}

// beganAt notes the service and the route of a root.
func (j *journey) beganAt(service, route string) {
	if len(j.observations) == 0 || cmp.Or(cmp.Compare(service, j.service), cmp.Compare(route, j.route)) < 0 {
		j.service, j.route = service, route
	}
}

func (d *Data) journey(key attribute.Key) *journey {
	j := d.journeys[key]
	if j == nil {
		j = &journey{async: map[int32]asyncTimes{}}
		d.journeys[key] = j
	}
	return j
}
