// Package cost adds up what requests hold of services beside what they wait for: how long spans occupy
// them, how long these work by themselves, and how much of that is for nobody. It takes readings of traces
// and gives times for each service. They are times, and no processor's: it must never call them that.
package cost
