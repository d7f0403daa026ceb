// Package varying finds the ids in paths that only all names of a run show. It takes the names of
// journeys, each with the number of its requests, and gives the name that each becomes, whatever
// their order. It must never know what a request did or how long it took: names and how often they
// came are all that it judges by.
package varying
