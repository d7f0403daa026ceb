// Package structure knows requests by what they did: which calls, how often, and which of them
// they waited for.
//
// It takes the steps of requests, one after the other. It gives each request the number of its
// structure, and says in the end which structures are equal, finely or coarsely. It must never
// know how long anything took, which journey a request belongs to, or who asks.
package structure
