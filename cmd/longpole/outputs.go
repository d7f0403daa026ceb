package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/internal/term"
	"github.com/longpole/longpole/report"
)

// outputs are the flags that say what is written where.
type outputs struct {
	specs []string
	json  bool
	color string
}

func (o *outputs) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVarP(&o.specs, "output", "o", nil, "write `FORMAT[=FILE]`; may be repeated; formats: "+strings.Join(outputNames(), ", "))
	o.plainFlags(c)
	c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputNames(), cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
}

// plainFlags are those of commands that write to stdout only.
func (o *outputs) plainFlags(c *cobra.Command) {
	c.Flags().BoolVar(&o.json, "json", false, "write JSON to stdout")
	c.Flags().StringVar(&o.color, "color", "auto", "use colours: auto, always or never")
	c.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

func outputNames() (names []string) {
	for _, f := range report.Formats {
		names = append(names, f.Name)
	}
	return names
}

// A target is one output: a format and where it goes; no file means stdout.
type target struct {
	format report.Format
	file   string
}

// targets reads the flags: text to stdout unless they say otherwise.
func (o *outputs) targets() ([]target, error) {
	specs := o.specs
	if o.json {
		specs = append(specs, "json")
	}
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	where, err := destinations(specs, func(name string) error {
		if _, err := report.FormatOf(name); err != nil {
			return failf(exitUsage, "-o text, or -o json=report.json", "%w", err)
		}
		return nil
	})
	var all []target
	for _, d := range where {
		f, _ := report.FormatOf(d.format)
		all = append(all, target{f, d.file})
	}
	return all, err
}

func destinationsOf(targets []target) (where []destination) {
	for _, t := range targets {
		where = append(where, destination{t.format.Name, t.file})
	}
	return where
}

// readByPeople reports whether a report that tells of damaged input in words goes to stdout.
func readByPeople(targets []target) bool {
	return slices.ContainsFunc(targets, func(t target) bool {
		return t.file == "" && (t.format.Name == "text" || t.format.Name == "markdown")
	})
}

// style tells what stdout can show.
func (o *outputs) style(stdout io.Writer) (report.Style, error) {
	when, err := term.ParseWhen(o.color)
	if err != nil {
		return report.Style{}, failf(exitUsage, "", "%w", err)
	}
	tty := term.IsTerminal(stdout)
	return report.Style{
		Width: term.Width(stdout, os.Getenv),
		Color: term.Colour(when, tty, os.Getenv),
		ASCII: term.ASCII(tty, os.Getenv),
	}, nil
}

// write renders r for every target. Each is rendered whole before any of it is written, and
// files are replaced at once, so that no reader ever meets half a report.
func (a *app) write(r *report.Report, targets []target, style report.Style) error {
	var failed []error
	for _, t := range targets {
		s := style
		if t.file != "" {
			s = report.Style{}
		}
		var text bytes.Buffer
		err := t.format.Write(&text, r, s)
		if err == nil {
			err = a.deliverTo(t.file, func(w io.Writer) error { _, err := text.WriteTo(w); return err })
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("-o %s could not be written: %w", t.format.Name, err))
		}
	}
	if len(failed) > 0 {
		return failf(exitOutput, "", "%w", errors.Join(failed...))
	}
	return nil
}

// show prints what write makes to stdout, as JSON or for the terminal.
func (a *app) show(o *outputs, asText func(io.Writer, report.Style) error, asJSON func(io.Writer) error) error {
	style, err := o.style(a.stdout)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if o.json {
		err = asJSON(&text)
	} else {
		err = asText(&text, style)
	}
	if err != nil {
		return err
	}
	if err := a.print(text.Bytes()); err != nil {
		return failf(exitOutput, "", "stdout: %w", err)
	}
	return nil
}
