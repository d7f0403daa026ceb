package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/choice"
	"github.com/longpole/longpole/report/page"
)

// choiceFlags say which requests are looked at.
type choiceFlags struct {
	where, since, until string
	most                int // requests of a journey that are measured one by one; 0 for the usual limit
}

func (f *choiceFlags) flags(c *cobra.Command) {
	p := c.Flags()
	p.StringVar(&f.where, "where", "", `only requests of which this `+"`EXPR`"+` is true, such as 'attr["cloud.region"] == "eu-west-1" && duration > 1s'`)
	p.StringVar(&f.since, "since", "", "only requests that begin at this `TIME` or later, such as 2026-11-26T22:41:41Z")
	p.StringVar(&f.until, "until", "", "only requests that begin before this `TIME`")
	p.IntVar(&f.most, "sample", 0, "measure at most `N` requests of each journey one by one, chosen by their ids (default 100000)")
	_ = p.MarkHidden("sample") // it has just been made
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
	if f.most < 0 {
		return o, failf(exitUsage, "", "--sample is a number of requests, not %d", f.most)
	}
	if f.most > 0 {
		o.Limits = bounded.Limits{Journey: f.most, All: 10 * f.most}
	}
	c, err := choice.New(f.where, f.since, f.until)
	var wrong *choice.Error
	if errors.As(err, &wrong) {
		return o, failf(exitUsage, wrong.Hint, "%w", err)
	}
	if !c.IsAll() {
		o.Choice = shellWords(f.again())
		o.Chooses, o.ChosenBy, o.ByOutcome = c.Chooses, c.Keys(), c.ByOutcome()
	}
	return o, nil
}

// warnUnmet says on stderr that no request has the attributes that a flag asks for: their names may be misspelt.
func (a *app) warnUnmet(flag string, missing []string) {
	if len(missing) > 0 {
		say(a.stderr, "%s: %s", flag, lacking(missing))
		sayMore(a.stderr, "check how it is spelt")
	}
}

func lacking(missing []string) string {
	var keys []string
	for _, key := range missing {
		keys = append(keys, fmt.Sprintf("%q", page.EscapeTerminal(key)))
	}
	return "no request has the attribute " + strings.Join(keys, " or ")
}

// unmet returns the attributes that a choice asks for and no request has.
func unmet(chosenBy []string, u attribute.Unchosen) (missing []string) {
	for i, key := range chosenBy[:min(len(chosenBy), 64)] {
		if u.Had>>i&1 == 0 {
			missing = append(missing, key)
		}
	}
	return missing
}
