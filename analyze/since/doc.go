// Package since finds when requests became slower or quicker.
//
// It takes when requests began, how long they took and which properties they had. It gives the instants
// at which that changed, with intervals, what it was before and after, and which properties were first
// seen then. It must never know what the requests did, or why it changed.
package since
