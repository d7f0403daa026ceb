package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/choice"
	"github.com/longpole/longpole/report/page"
)

// choiceFlags say which requests are looked at.
type choiceFlags struct{ where, since, until string }

func (f *choiceFlags) flags(c *cobra.Command) {
	p := c.Flags()
	p.StringVar(&f.where, "where", "", `only requests of which this `+"`EXPR`"+` is true, such as 'attr["cloud.region"] == "eu-west-1" && duration > 1s'`)
	p.StringVar(&f.since, "since", "", "only requests that begin at this `TIME` or later, such as 2026-11-26T22:41:41Z")
	p.StringVar(&f.until, "until", "", "only requests that begin before this `TIME`")
}

// again returns the flags with which another command chooses the same requests.
func (f *choiceFlags) again() (flags []string) {
	for _, c := range []struct{ name, value string }{{"--where", f.where}, {"--since", f.since}, {"--until", f.until}} {
		if c.value != "" {
			flags = append(flags, c.name, c.value)
		}
	}
	return flags
}

// choose adds to options which requests are chosen.
func (f *choiceFlags) choose(o attribute.Options) (attribute.Options, error) {
	c, err := choice.New(f.where, f.since, f.until)
	var wrong *choice.Error
	if errors.As(err, &wrong) {
		return o, failf(exitUsage, wrong.Hint, "%w", err)
	}
	if !c.IsAll() {
		o.Chooses, o.ChosenBy, o.ByOutcome = c.Chooses, c.Keys(), c.ByOutcome()
	}
	return o, nil
}

// warnUnmet says so on stderr.
func (a *app) warnUnmet(o attribute.Options, left attribute.Unchosen) {
	if text := unmet(o, left); text != "" {
		say(a.stderr, "--where: %s", text)
		sayMore(a.stderr, "check how it is spelt")
	}
}

// unmet says which attributes were asked for that no request has: their names may be misspelt.
func unmet(o attribute.Options, u attribute.Unchosen) string {
	var missing []string
	for i, key := range o.ChosenBy[:min(len(o.ChosenBy), 64)] {
		if u.Had>>i&1 == 0 {
			missing = append(missing, fmt.Sprintf("%q", page.EscapeTerminal(key)))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "no request has the attribute " + strings.Join(missing, " or ")
}
