// Package bounded keeps of many requests as many as fit into memory, and says of all what can be said without them.
// Which ones are kept follows from their ids alone: those with the least hashes. So neither the order in which they
// come, nor how they are divided among workers, files or machines, shows in what is kept: the least of all are among the
// least of any part. It takes ids, durations and weights; it gives limits, hashes up to which requests are kept, totals
// and histograms. It must never know what a request did.
package bounded
