// Package quantile estimates percentiles of weighted samples by rank, with intervals from order
// statistics, and tests shares against limits. It takes durations with weights and gives percentiles,
// which are always durations that were observed, intervals, proofs, and sums that divide without
// losing a nanosecond. It must never know what a duration is of, and assumes no distribution.
package quantile
