// Package intern gives small numbers to things as they are met, and has the containers that go
// with such numbers: marks, sets, and memory that is handed out in small pieces. It takes any
// comparable values and knows nothing of what they mean.
package intern
