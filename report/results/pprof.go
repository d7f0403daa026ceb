package results

import (
	"io"
	"math"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

var pprofFormat = Format{Name: "pprof", Doc: "a profile for go tool pprof: time on the critical path by stacks of operations, with labels", Extension: "pb.gz", Needs: Stacks, Write: writePprof}

// writePprof writes a sample for each stack, journey, band and set of slices. What a sample holds is added up over
// the requests, so that shares are those of the time that all of them took.
func writePprof(w io.Writer, r *Results) error {
	b := profiler{at: map[string]*profile.Location{}, p: &profile.Profile{
		SampleType:        []*profile.ValueType{{Type: "requests", Unit: "count"}, {Type: "time", Unit: "nanoseconds"}},
		DefaultSampleType: "time",
		PeriodType:        &profile.ValueType{Type: "time", Unit: "nanoseconds"}, Period: 1,
		TimeNanos: int64(r.From), DurationNanos: int64(r.To.Sub(r.From)),
	}}
	for _, s := range stackedOf(r) {
		b.add(&s)
	}
	return b.p.Write(w)
}

type profiler struct {
	p  *profile.Profile
	at map[string]*profile.Location // by operation
}

func (b *profiler) add(s *stacked) {
	sample := &profile.Sample{
		Value: []int64{int64(math.Round(s.requests)), int64(math.Round(s.nanos))},
		Label: map[string][]string{"journey": {shown(s.journey)}, "layer": {shown(s.layer)}, "place": {shown(s.place)}, "band": {s.band}},
	}
	for _, by := range s.slices {
		sample.Label["slice"] = append(sample.Label["slice"], shown(by))
	}
	for _, f := range s.frames {
		sample.Location = append(sample.Location, b.location(f))
	}
	slices.Reverse(sample.Location) // a profile has the leaf first
	b.p.Sample = append(b.p.Sample, sample)
}

// location returns the frame of an operation; its file is the service that it runs in.
func (b *profiler) location(operation string) *profile.Location {
	if l := b.at[operation]; l != nil {
		return l
	}
	name := strings.TrimSpace(shown(operation))
	if name == "" {
		name = "(no name)"
	}
	service, _, _ := strings.Cut(name, " ")
	f := &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: name, SystemName: name, Filename: service}
	l := &profile.Location{ID: f.ID, Line: []profile.Line{{Function: f}}}
	b.p.Function, b.p.Location = append(b.p.Function, f), append(b.p.Location, l)
	b.at[operation] = l
	return l
}
