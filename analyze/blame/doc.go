// Package blame decides what of a journey's time is worth the first sentence. It takes times by layer
// and place, of a typical request and of what slow ones add, and durations in order; it gives the
// larger of the two with the few places that hold most of it, and where the far one of two humps
// begins. It must never know how times were measured, or in which words they are said.
package blame
