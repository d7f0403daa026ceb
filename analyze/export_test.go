package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
)

// LayersOf returns what the percentiles and verdicts of a journey take a request to have spent
// on each layer; nil if they know no such request.
func (d *Data) LayersOf(planned bool, journey string, id trace.ID, root trace.SpanID) map[string]time.Duration {
	j := d.journeys[attribute.Key{Planned: planned, Journey: journey}]
	if j == nil {
		return nil
	}
	d.settle()
	for i := range j.observations {
		o := &j.observations[i]
		if o.Trace != id || o.Root != root {
			continue
		}
		layers := map[string]time.Duration{}
		cells, times := d.cells.spent(o)
		for k, cell := range cells {
			layers[d.cells.All[cell].Layer] += times[k]
		}
		return layers
	}
	return nil
}
