package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// What a flag can be completed to stands beside it until a shell asks. Cobra keeps what it is told of completion for as long
// as the program lives, and with it the whole command: each call of an agent would stay in the memory of mcp.
const (
	wordsOfFlag = "longpole_words"
	goesOn      = "longpole_goes_on" // a word may be the beginning of the value, as in -o json=FILE
)

// completes says which words a flag of c takes.
func completes(c *cobra.Command, flag string, words ...string) {
	c.Flags().SetAnnotation(flag, wordsOfFlag, words)
}

// offerWords tells cobra what flags take, if args are a shell's question.
func offerWords(root *cobra.Command, args []string) {
	if len(args) == 0 || !slices.Contains([]string{cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, args[0]) {
		return
	}
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if words := f.Annotations[wordsOfFlag]; words != nil {
				c.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(words, directiveOf(f)))
			}
		})
	}
}

func directiveOf(f *pflag.Flag) cobra.ShellCompDirective {
	if f.Annotations[goesOn] != nil {
		return cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	return cobra.ShellCompDirectiveNoFileComp
}
