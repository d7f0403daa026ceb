package trace

import "math"

// TooVaried is a trace whose spans differ in more ways than an analysis has room for.
var TooVaried = Code{ID: "trace-too-varied", What: "traces with more than 20,000 kinds of spans; the spans of all later kinds count as the operation \"others\" of their service",
	Do: "give spans names that do not differ from call to call, and put what differs into attributes", Loss: true}

const (
	// mostKinds is how many signatures the spans of one trace may have. An analysis keeps a few KB
	// for each, and a trace of a million names would need gigabytes; the largest traces that people
	// have recorded have hundreds.
	mostKinds = 20_000

	// mostServices is how many services may have others of their own.
	mostServices = 1_000
)

// othersName is what a span does that is one of too many.
const othersName = "others"

// variety is what was made of spans that are one of too many.
type variety struct {
	met    map[*Signature]bool
	others map[othersKey]*Signature // as long as the assembler: an analysis knows them by their place
}

type othersKey struct {
	service string
	kind    Kind
}

// boundVariety lets spans of the kinds that are met last, in the order of the trace, be of one
// kind for each service.
func boundVariety(a *assembly) {
	if len(a.Spans) <= mostKinds {
		return
	}
	v := &a.variety
	v.met = map[*Signature]bool{}
	first := true
	for i := range a.Spans {
		s := &a.Spans[i]
		if v.met[s.Sig] {
			continue
		}
		if len(v.met) < mostKinds {
			v.met[s.Sig] = true
			continue
		}
		if first {
			a.note(TooVaried, int32(i), 0)
			first = false
		}
		s.Sig = v.other(s.Sig)
	}
	v.met = nil
}

// other returns the signature that stands for one of too many.
func (v *variety) other(sig *Signature) *Signature {
	key := othersKey{sig.Service, sig.Kind}
	if _, known := v.others[key]; !known && len(v.others) >= mostServices {
		key.service = othersName
	}
	if v.others[key] == nil {
		if v.others == nil {
			v.others = map[othersKey]*Signature{}
		}
		v.others[key] = &Signature{Service: key.service, Kind: key.kind, Name: othersName, Number: math.MaxUint32}
	}
	return v.others[key]
}
