// Package critpath finds the critical path of one observation: what its root really waited for, as
// segments that tile the root from start to end without gap or overlap. It takes an assembled trace,
// a root and what somebody who knows more says of who waits for whom, and gives segments, each with
// its span. It must never know what kind of work a segment is, nor that there are other traces.
package critpath
