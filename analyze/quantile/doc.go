// Package quantile estimates percentiles of weighted samples by rank, with intervals from
// order statistics. It never interpolates and never assumes a distribution: every value it
// returns is one that was observed.
package quantile
