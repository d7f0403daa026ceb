// Package compare says where the change between two sets of requests went.
//
// It takes what was collected of each set. It gives the change of the percentile, of the slowest
// requests and of all of them, for each journey that both have: divided among cells and between "the
// same requests are slower" and "other requests are made", to the nanosecond, with intervals.
// It must never know where the sets came from, or how an answer is written.
package compare
