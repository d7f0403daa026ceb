package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/report"
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
	var o outputs
	c := &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.show(&o,
				func(w io.Writer, _ report.Style) error {
					_, err := fmt.Fprintf(w, "longpole %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
					return err
				},
				func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "{\"version\":%q,\"go\":%q,\"platform\":\"%s/%s\"}\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
					return err
				})
		},
	}
	o.plainFlags(c)
	return c
}
