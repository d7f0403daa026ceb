package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/budget/category"
)

func newRules(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "rules",
		Short: "list the rules that say what a span is, in the order in which they are tried",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			var b strings.Builder
			for _, r := range category.BuiltIn().All() {
				fmt.Fprintf(&b, "%-10s %-34s %s\n", r.Category, r.Name, r.Doc)
			}
			return a.print([]byte(b.String()))
		},
	}
}
