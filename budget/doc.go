// Package budget holds what people write down before anything is measured: which category
// of work a span is (rules/*.yaml, built in), and the plan file of a team with its journeys,
// layers and limits. It decides from a span's signature alone, knows no durations and no
// tree, and reads no file and no clock: callers hand it bytes and get values. Only Find looks
// at folders, and only for the name of a plan.
package budget
