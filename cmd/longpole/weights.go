package main

import "github.com/spf13/cobra"

// weightFlags say what a trace counts for.
type weightFlags struct{ attr string }

func (w *weightFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.attr, "weight-attr", "", "each request counts for as many as this `ATTRIBUTE` of its root says, such as SampleRate (default: by ot=th: of its trace state)")
}
