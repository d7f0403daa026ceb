package structure

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
)

// A Fingerprint is equal for requests of equal structure: at three degrees, each blind to more
// than the one before.
type Fingerprint struct {
	Fine     uint64 // calls, how often by powers of two, and whether they were waited for
	Skeleton uint64 // the same without INTERNAL spans
	Coarse   uint64 // services, with the categories of what they did, and whether that was waited for
}

// A Path is a step of the run as a whole.
type Path struct {
	Path, Above uint64
	Does        attribute.Operation
	Requests    int // that took it
	Async       int // of them, that did not wait for it
}

// Waited reports whether the requests of the run wait for the path: most of those that take it.
func (p *Path) Waited() bool { return p.Async*2 <= p.Requests }

// Paths returns every path of the run, by its number.
func (t *Table) Paths() map[uint64]*Path {
	paths := map[uint64]*Path{}
	for _, s := range t.all {
		for i := range s.steps {
			step := &s.steps[i]
			p := paths[step.Path]
			if p == nil {
				p = &Path{Path: step.Path, Above: step.Above, Does: step.Does}
				paths[step.Path] = p
			}
			p.Requests += s.requests
			p.Async += step.Async
		}
	}
	return paths
}

// Fingerprints returns those of the structures that were met. Whether a path is waited for is
// decided for the run as a whole: where calls end close to their callers, single requests differ
// by chance.
func (t *Table) Fingerprints() map[uint64]Fingerprint {
	paths := t.Paths()
	out := map[uint64]Fingerprint{None: {}}
	for hash, s := range t.all {
		out[hash] = s.fingerprint(paths)
	}
	return out
}

func (s *structure) fingerprint(paths map[uint64]*Path) Fingerprint {
	f := Fingerprint{1, 1, 1}
	skeletons, members := map[uint64]int{}, map[uint64]bool{}
	for i := range s.steps {
		step := &s.steps[i]
		waited := uint64(0)
		if paths[step.Path].Waited() {
			waited = 1
		}
		f.Fine += attribute.Mix(step.Path, uint64(step.Spans)<<1|waited)
		members[attribute.Mix(step.Member, waited)] = true
		if step.IsSkeleton() {
			path := attribute.Mix(step.Skeleton, waited)
			skeletons[path] = max(skeletons[path], step.Spans)
		}
	}
	for path, spans := range skeletons {
		f.Skeleton += attribute.Mix(path, uint64(spans))
	}
	for member := range members {
		f.Coarse += attribute.Mix(member, 1)
	}
	return f
}

// Taken returns the paths of a structure in order.
func (t *Table) Taken(hash uint64) []uint64 {
	s := t.all[hash]
	if s == nil {
		return nil
	}
	taken := make([]uint64, len(s.steps))
	for i := range s.steps {
		taken[i] = s.steps[i].Path
	}
	return taken
}

// SortedPaths returns the paths of a run in an order that depends on nothing but what they do.
func SortedPaths(paths map[uint64]*Path) []*Path {
	return slices.SortedFunc(maps.Values(paths), func(a, b *Path) int {
		return cmp.Or(cmp.Compare(a.Does.Service, b.Does.Service), cmp.Compare(a.Does.Name, b.Does.Name), cmp.Compare(a.Path, b.Path))
	})
}
