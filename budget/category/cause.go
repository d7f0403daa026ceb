package category

import "github.com/longpole/longpole/internal/strictyaml"

// A Cause is why time was spent at all, laid over the category of work that it was spent on.
type Cause string

// The causes that the program itself refers to. Most time has none.
const (
	NoCause Cause = ""
	Retry   Cause = "retry"  // attempts that failed and were repeated, and the waits between
	FanOut  Cause = "fanout" // waiting for the slowest of many, or beside others that ran at the same time
)

// A CauseDoc says what makes time count as a cause.
type CauseDoc struct {
	Name Cause
	Why  string // after "its time counts as it:"
}

// Causes lists every cause. Time that counts as several has the first of them.
var Causes = []CauseDoc{
	{Retry, "the attempt failed and was repeated"},
	{FanOut, "the request waited for the slowest of several that ran at the same time"},
}

// Valid reports whether c is one of Causes.
func (c Cause) Valid() bool {
	for i := range Causes {
		if Causes[i].Name == c {
			return true
		}
	}
	return false
}

// Wins reports whether time that counts as both has c rather than other.
func (c Cause) Wins(other Cause) bool {
	for i := range Causes {
		if name := Causes[i].Name; name == c || name == other {
			return name == c
		}
	}
	return false
}

// ReadCause reads the name of a cause.
func ReadCause(r *strictyaml.Reader, n strictyaml.Node) Cause {
	s := r.Text(n, "cause")
	c := Cause(s)
	if !c.Valid() {
		var known []string
		for _, k := range Causes {
			known = append(known, string(k.Name))
		}
		r.Fail(n, "unknown cause %q%s", s, strictyaml.Nearest(s, known))
	}
	return c
}
