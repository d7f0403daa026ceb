// Package flame draws together what typical and slow requests of a journey waited for, below which calls. It takes
// the requests of a journey and gives a tree whose leaves are time under a layer, which adds up to the mean of
// either. It must never know who draws it.
package flame
