// Package timeline says how the durations of requests went over time. It takes when requests began and
// how long they took; it gives bins of equal width with their percentiles. It must never know what
// the requests did, or how a line of them is drawn.
package timeline
