// Package results writes what was found for other tools. It takes a result, the data that it was drawn from, and
// where a format asks for them the requests with their paths; it gives profiles, stacks, timelines, tables and
// distributions. It must never know how requests were read, nor decide what anything counts as.
package results
