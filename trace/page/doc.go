// Package page makes journeys of what browsers say of their pages beside spans: web vitals, and the timings of
// documents and resources.
//
// It takes records, which come from many exporters in many shapes, and gives pages: [Gather] finds out which records are
// of the same one, and [Pages.Weave] lays each into the trace of its document, as spans that tile the time from the
// navigation to the largest paint, and the time of the slowest interaction. It must never know what spans mean, who
// waited for whom, or where the time went.
package page
