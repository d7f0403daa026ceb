package export

import (
	"iter"
	"net/netip"

	"github.com/longpole/longpole/trace"
)

// A Loss is something of a span that a format has no place for. What is short and fits both
// "loses nanoseconds" and "12 spans lose nanoseconds".
type Loss struct {
	What string
	of   func(*trace.Span) bool
}

// A Lost is how many spans lose something.
type Lost struct {
	Loss
	Spans int
}

// Lost counts what the spans of traces lose in f; what nothing loses is not listed.
func (f Format) Lost(traces iter.Seq[[]trace.Span]) []Lost {
	counts := make([]int, len(f.Loses))
	for spans := range traces {
		for i := range spans {
			for k := range f.Loses {
				if f.Loses[k].of(&spans[i]) {
					counts[k]++
				}
			}
		}
	}
	var lost []Lost
	for k, n := range counts {
		if n > 0 {
			lost = append(lost, Lost{f.Loses[k], n})
		}
	}
	return lost
}

var (
	losesNanos      = Loss{"nanoseconds (its times are whole microseconds)", hasNanos}
	losesUnfinished = Loss{"that they have not ended", flagged(trace.Unfinished)}
	losesShared     = Loss{"the mark of ids that Zipkin's client and server share", flagged(trace.Shared)}
	losesFollows    = Loss{"that their parent did not wait (FOLLOWS_FROM)", flagged(trace.FollowsFrom)}
	losesRemote     = Loss{"whether their parent is of another process", saysWhereItsParentIs}
	losesSampling   = Loss{"their sampling threshold", flagged(trace.Sampled)}
	losesNoParent   = Loss{"that they have no parent (a link within the trace becomes one)", linksInsteadOfParent}
	losesLinks      = Loss{"links", func(s *trace.Span) bool { return len(s.Links()) > 0 }}
	losesScope      = Loss{"the instrumentation scope", func(s *trace.Span) bool { return s.Sig.Scope != "" }}
	losesInternal   = Loss{"the kind internal", func(s *trace.Span) bool { return s.Sig.Kind == trace.Internal }}
	losesHost       = Loss{"the host, unless it is an IP address", func(s *trace.Span) bool { return s.Sig.Host != "" && !isIP(s.Sig.Host) }}
	losesResource   = Loss{"what is said of the process (it becomes tags of the span)", func(s *trace.Span) bool { return len(s.Sig.Resource) > 0 }}
	losesZero       = Loss{"that they have ended (they are shorter than a microsecond)", isZeroMicros}
)

func flagged(f trace.Flags) func(*trace.Span) bool {
	return func(s *trace.Span) bool { return s.Flags.Has(f) }
}

func saysWhereItsParentIs(s *trace.Span) bool {
	return s.Flags&(trace.RemoteParent|trace.LocalParent) != 0
}

func hasNanos(s *trace.Span) bool {
	rest := s.Start%1000 | s.End%1000
	for _, e := range s.Events() {
		rest |= e.At % 1000
	}
	return rest != 0
}

// linksInsteadOfParent is how Jaeger reads a reference to the span's own trace.
func linksInsteadOfParent(s *trace.Span) bool {
	if s.Parent != 0 {
		return false
	}
	for _, l := range s.Links() {
		if l.Trace == s.Trace && l.Span != 0 {
			return true
		}
	}
	return false
}

// isZeroMicros: Zipkin leaves a duration of zero out, as it does that of an unfinished span.
func isZeroMicros(s *trace.Span) bool {
	return !s.Flags.Has(trace.Unfinished) && micros(s.Start) == micros(s.End)
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// micros returns whole microseconds, rounded down.
func micros(t trace.Time) int64 { return int64(t) / 1000 }
