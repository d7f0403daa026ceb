package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

// release is set by the build.
var release = "unknown"

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			form := "longpole %s (%s, %s/%s)\n"
			if asJSON {
				form = "{\"version\":%q,\"go\":%q,\"platform\":\"%s/%s\"}\n"
			}
			if err := a.print(fmt.Appendf(nil, form, release, runtime.Version(), runtime.GOOS, runtime.GOARCH)); err != nil {
				return failf(exitOutput, "", "stdout: %w", err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON to stdout")
	return c
}
