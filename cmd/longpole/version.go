package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the build; a program that go install has built knows its version otherwise.
var release = "unknown"

func version() string {
	if info, ok := debug.ReadBuildInfo(); release == "unknown" && ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return release
}

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			form := "longpole %s (%s, %s/%s)\n"
			if asJSON {
				form = "{\"version\":%q,\"go\":%q,\"platform\":\"%s/%s\"}\n"
			}
			if err := a.print(fmt.Appendf(nil, form, version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)); err != nil {
				return failf(exitOutput, "", "stdout: %w", err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON to stdout")
	return c
}
