// Package detect finds what is wrong with requests beside being slow: queries repeated for each row,
// retries that pile up, an instance that differs, a turn that had to be waited for. It takes readings of
// traces and gives findings, each with its evidence, how sure it is, and how much of the tail it is worth.
// A detector is one file with its documentation, and a line in the table. It must never know who asks.
package detect
