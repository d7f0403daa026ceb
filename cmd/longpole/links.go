package main

import (
	"github.com/spf13/cobra"

	"github.com/longpole/longpole/report"
)

// linkFlags say where traces can be looked at.
type linkFlags struct{ links string }

func (l *linkFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&l.links, "trace-url", "", "link traces by this `TEMPLATE`, as in https://jaeger/trace/{traceID}?uiFind={spanID}")
}

func (l *linkFlags) check() error {
	if l.links == "" {
		return nil
	}
	if err := report.CheckTraceURL(l.links); err != nil {
		return failf(exitUsage, "", "--trace-url: %w", err)
	}
	return nil
}
