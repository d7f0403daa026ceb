package main

import (
	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
)

// weightFlags say what a trace counts for.
type weightFlags struct{ attr string }

func (w *weightFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.attr, "weight-attr", "", "each request counts for as many as this `ATTRIBUTE` of its root says, such as SampleRate (default: by ot=th: of its trace state)")
}

// check refuses an attribute that no root has: a name that is misspelt would make every request
// count once.
func (w *weightFlags) check(res *analyze.Result) error {
	if n := res.Weights; n.Attr == "" || n.Usable+n.Unusable > 0 || res.Observations == 0 {
		return nil
	}
	return failf(exitUsage, "check how the attribute is spelt", "--weight-attr: no root has %q", w.attr)
}
