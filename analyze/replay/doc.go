// Package replay says how long requests would have taken if something were otherwise. It takes requests as the
// pipeline reads them, keeps of each the timeline of what its spans did by themselves and which calls they made,
// and gives the durations that follow when parts of it are shortened, left out, made at once, or wait in shorter
// queues. Replayed unchanged, every request takes what it took, to the nanosecond. It must never know files,
// flags or pages.
package replay
