package main

import (
	"fmt"
	"slices"
	"strings"
)

// A side is a command of one of the two programs.
type side struct {
	old   bool
	args  []string // before the input
	input string
}

// A row is a ratio of the CPU of two commands: over by under.
type row struct {
	name        string
	over, under side
	asked       bool // measured only if somebody asks for it by name
}

// rows are the table.
var rows = []row{
	versions("report-otlp-json", "otlp.jsonl", "report"),
	versions("report-otlp-protobuf", "otlp.pb", "report"),
	versions("report-jaeger-json", "jaeger.json", "report"),
	versions("check", "otlp.jsonl", "check", "--budget", plan),
	versions("doctor", "otlp.jsonl", "doctor"),
	commands("doctor/report", "otlp.jsonl", "doctor", "report"),
}

// plan stands for the plan that the old program drafts from the OTLP JSON.
const plan = "{plan}"

func needsPlan(r row) bool { return slices.Contains(r.over.args, plan) }

// versions is a row of one command, new by old.
func versions(name, input string, args ...string) row {
	return row{name: name, over: side{args: args, input: input}, under: side{old: true, args: args, input: input}}
}

// commands is a row of two commands of the new program.
func commands(name, input, over, under string) row {
	return row{name: name, asked: true, over: side{args: []string{over}, input: input}, under: side{args: []string{under}, input: input}}
}

// choose returns the named rows in the order of the table; those that need not be asked for if
// names is empty.
func choose(names string) (chosen []row, err error) {
	wanted := strings.FieldsFunc(names, func(r rune) bool { return r == ',' })
	for _, name := range wanted {
		if !slices.ContainsFunc(rows, func(r row) bool { return r.name == name }) {
			return nil, fmt.Errorf("no row is called %q; there are %s", name, rowNames())
		}
	}
	for _, r := range rows {
		if slices.Contains(wanted, r.name) || len(wanted) == 0 && !r.asked {
			chosen = append(chosen, r)
		}
	}
	return chosen, nil
}

func rowNames() string {
	var names []string
	for _, r := range rows {
		names = append(names, r.name)
	}
	return strings.Join(names, ", ")
}
