// Package blame decides what of a journey's time is worth the first sentence: where a typical
// request's time goes, or what the slow ones add, and the few places that hold most of it. It
// knows times by layer and place, and nothing of how they were measured.
package blame
