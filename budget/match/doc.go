// Package match asks questions of a span's signature: globs of its names and attributes, with
// all, any and not. It takes a matcher, read from YAML or made, and a signature, and gives
// whether it holds, why, how much it asks, and which attributes it needs to know. Category rules
// and plans share it, so it is learned once; it must never know either of them, nor what follows
// from a match.
package match
