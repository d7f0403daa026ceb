// Package edges adds up the calls from services to their callees: how many, how long, how often in vain and
// made again, after which pauses. It takes readings of traces and gives an edge for each kind of call. It must
// never know what of that is wrong.
package edges
