package trace

// An Assembler assembles one trace after the other in the same memory. It must be used by one
// goroutine at a time.
type Assembler struct {
	options Options
}

// NewAssembler returns an assembler that makes the choices of o.
func NewAssembler(o Options) *Assembler { return &Assembler{options: o} }

// Assemble makes a trace of spans that share a trace id. It takes the slice over and may
// reorder it; the result does not depend on the order it came in. There must be a span. The
// trace is valid until the next call.
func (a *Assembler) Assemble(spans []Span) *Trace { return Assemble(spans, a.options) }
