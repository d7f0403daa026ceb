// Package since finds when requests became slower or quicker.
//
// It takes when requests began and how long they took. It gives the instants at which that changed,
// with intervals, and what it was before and after. It must never know what the requests did, or
// why it changed.
package since
