// Package critpath finds the critical path of one observation: what its root really waited
// for, as segments that tile the root from start to end without gap or overlap. It knows
// spans and time; what kind of work a segment is, is decided elsewhere.
package critpath
