// Package suspects finds the properties that slow requests have more often than others have. It
// takes the tags of requests in order of duration, and which of them were waited for where the tail is
// blamed; it gives those whose share of the tail is no chance, the ones without which the tail would be
// shortest first. It must never know on which layer or at which place time was spent: a property that
// goes with slowness explains nothing by itself, it says where to look.
package suspects
