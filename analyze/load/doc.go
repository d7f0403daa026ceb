// Package load adds up what instances of services have to do: how many requests are in flight when one more
// arrives, and how much longer that one takes. It takes stays of requests at instances and gives how they
// crowd, the skew between instances, and who held them. It must never know traces as such.
package load
