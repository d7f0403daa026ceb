package analyze

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/stacks"
	"github.com/longpole/longpole/analyze/structure"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/analyze/varying"
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
	unchosen   attribute.Unchosen
	evidence   *attribute.Evidence
	structures structure.Table // empty unless the options ask for them
	stacks     stacks.Table    // empty unless the options ask for them
	apart      map[apartKey]*apartCount
	byOutcome  bool   // requests were chosen by how they went
	weightAttr string // by which requests are weighed; empty for their thresholds
	waited     suspects.Waited
	suspects   suspects.Finder
	found      *detect.Survey // nil where nobody looks for findings
	costs      *cost.Tally    // nil where nobody asks
	runs       int            // that it is joined from; 0 where they are not told apart

	limits     bounded.Limits // of requests that are kept
	kept       int            // of them
	keptTimes  int            // of what is no request
	layerTimes layerTimes
}

func newData(e *attribute.Explainer) *Data {
	d := &Data{by: e.Plan.Slices, properties: e.Properties, evidence: e.Evidence, journeys: map[attribute.Key]*journey{}, apart: map[apartKey]*apartCount{}}
	d.suspects = suspects.Finder{Tags: &d.properties.Tags, Sets: &d.tagSets}
	return d
}

func (d *Data) journey(key attribute.Key) *journey {
	j := d.journeys[key]
	if j == nil {
		j = newJourney(d.limits)
		d.journeys[key] = j
	}
	return j
}

// foldVarying gives journeys one name whose names differ only in what varies. What an id looks
// like is not always what ids look like, and only all names of a run show it; so this waits until
// all requests are known. Doing it again changes nothing.
func (d *Data) foldVarying() {
	var keys []attribute.Key
	var names []varying.Name
	for _, key := range slices.SortedFunc(maps.Keys(d.journeys), compareKeys) {
		if !key.Planned {
			keys, names = append(keys, key), append(names, varying.Name{Text: key.Journey, Requests: d.journeys[key].requests()})
		}
	}
	joined := map[string][]attribute.Key{}
	for i, name := range varying.Fold(names) {
		joined[name] = append(joined[name], keys[i])
	}
	for name, keys := range joined {
		d.rename(name, keys)
	}
}

func compareKeys(a, b attribute.Key) int {
	return cmp.Or(attribute.CompareBools(a.Planned, b.Planned), cmp.Compare(a.Journey, b.Journey))
}

// rename joins journeys, which are in order, into one of that name.
func (d *Data) rename(name string, keys []attribute.Key) {
	if len(keys) == 1 && keys[0].Journey == name {
		return
	}
	joined := newJourney(d.limits)
	for _, key := range keys {
		d.absorb(joined, d.journeys[key])
		delete(d.journeys, key)
	}
	if route, found := strings.CutPrefix(name, joined.service+" "); found {
		joined.route, joined.varies = route, true
	}
	d.journeys[attribute.Key{Journey: name}] = joined
}
