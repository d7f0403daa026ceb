// Package suspects finds the properties that slow requests have more often than others have. It
// takes the sets of tags of requests in order of duration, and gives the tags whose share of the
// tail is no chance, least likely first. It must never know how long a request took or where its
// time went: a property that goes with slowness explains nothing by itself.
package suspects
