// Package intern gives small numbers to things as they are met, and has the containers that go with
// such numbers: marks, sets, pairs, and memory that is handed out in small pieces. It takes any comparable
// values and gives the numbers that they keep, also in a table of which another one becomes a part.
// It must never know what the values mean.
package intern
