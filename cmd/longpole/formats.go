package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/export"
)

func newFormats(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "formats",
		Short: "list the formats that can be read and written",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			var b strings.Builder
			fmt.Fprintln(&b, "Read (told by content; --format forces one):")
			for _, f := range ingest.Formats {
				fmt.Fprintf(&b, "  %-16s %s\n", f.Name, f.Doc)
			}
			fmt.Fprintln(&b, "\nReports written (-o FORMAT[=FILE]):")
			for _, f := range report.Formats {
				fmt.Fprintf(&b, "  %-16s %s\n", f.Name, f.Doc)
			}
			fmt.Fprintln(&b, "\nTraces written by convert (-o FORMAT[=FILE]):")
			for _, f := range export.Formats {
				fmt.Fprintf(&b, "  %-16s %s\n", f.Name, f.Doc)
			}
			return a.print([]byte(b.String()))
		},
	}
}
