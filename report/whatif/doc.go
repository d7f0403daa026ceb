// Package whatif decides what a page says of requests that were replayed with something otherwise. It takes an
// answer, or what was tried, with the analysis that it rests on, and gives a page: the answer first. It must never
// know how requests are replayed, nor how outputs format.
package whatif
