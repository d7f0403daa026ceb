package attribute

import "github.com/longpole/longpole/trace/semconv"

// maxBelow is how many spans below a root are asked what the request is about.
const maxBelow = 64

// asRoot names the requests that begin at span i. An endpoint that takes all operations of GraphQL
// says nothing: the first operation below it does.
func (r *Reading) asRoot(i int32) *asRoot {
	m := r.is[i]
	named := m.root(m.sig)
	if !named.graphQL {
		return named
	}
	operation := r.firstBelow(i)
	if operation == "" {
		return named
	}
	return &asRoot{journey: named.journey + " " + operation, route: named.route}
}

// firstBelow returns the operation of GraphQL nearest to span i, the earliest of equals.
func (r *Reading) firstBelow(i int32) string {
	level := []int32{i}
	for seen := 0; len(level) > 0 && seen < maxBelow; {
		var next []int32
		for _, span := range level {
			for _, child := range r.Trace.Children(span) {
				if operation := semconv.GraphQL(r.is[child].sig); operation != "" {
					return operation
				}
				next = append(next, child)
				seen++
			}
		}
		level = next
	}
	return ""
}
