package main

import (
	"github.com/spf13/cobra"

	"github.com/longpole/longpole/report/glossary"
)

// A command is a row of the table that help, completion and the manual are printed from.
type command struct {
	name string
	make func(*app) *cobra.Command
}

// commands stand in the order of the help text.
var commands = []command{
	{"report", newReport},
	{"check", newCheck},
	{"diff", newDiff},
	{"findings", newFindings},
	{"whatif", newWhatIf},
	{"init", newInit},
	{"lint", newLint},
	{"trace", newTrace},
	{"explain", newExplain},
	{"doctor", newDoctor},
	{"convert", newConvert},
	{"export", newExport},
	{"capture", newCapture},
	{"map", newMap},
	{"reduce", newReduce},
	{"merge", newMerge},
	{"mcp", newMCP},
	{"rules", newRules},
	{"formats", newFormats},
	{"man", newMan},
	{"version", newVersion},
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "longpole",
		Short:         "where the tail of your latency goes, and which budget it blew",
		Long:          manual,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("longpole {{.Version}}\n")
	root.SetFlagErrorFunc(wrongFlag)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	for _, row := range commands {
		c := row.make(a)
		if words := glossary.Help(row.name); words != "" {
			c.Long += "\n\nWhat it prints:\n\n" + words
		}
		root.AddCommand(c)
	}
	strictHelp(root)
	return root
}
