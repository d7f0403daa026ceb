package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/internal/term"
	"github.com/longpole/longpole/report/page"
)

// outputs are the flags of a command that writes a T: what is written where.
type outputs[T any] struct {
	formats []page.Format[T]
	specs   []string
	json    bool
	color   string
}

func (o *outputs[T]) flags(c *cobra.Command, formats []page.Format[T]) {
	o.formats = formats
	outputFlag(c, &o.specs, formats)
	c.Flags().BoolVar(&o.json, "json", false, "write JSON to stdout")
	c.Flags().StringVar(&o.color, "color", "auto", "use colours: auto, always or never")
	c.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

// prepare reads the flags: text to stdout unless they say otherwise, in a style that stdout shows.
func (o *outputs[T]) prepare(stdout io.Writer) (written[T], error) {
	specs := o.specs
	if o.json {
		specs = append(specs, page.JSON.Name)
	}
	if len(specs) == 0 {
		specs = []string{page.Text.Name}
	}
	targets, err := targetsOf(specs, o.formats, "-o text, or -o json=report.json")
	if err != nil {
		return written[T]{}, err
	}
	style, err := o.style(stdout)
	return written[T]{targets, style}, err
}

// style tells what stdout can show.
func (o *outputs[T]) style(stdout io.Writer) (page.Style, error) {
	when, err := term.ParseWhen(o.color)
	if err != nil {
		return page.Style{}, failf(exitUsage, "", "%w", err)
	}
	tty := term.IsTerminal(stdout)
	return page.Style{
		Width: term.Width(stdout, os.Getenv),
		Color: term.Colour(when, tty, os.Getenv),
		ASCII: term.ASCII(tty, os.Getenv),
	}, nil
}

// written is where a T is to be written.
type written[T any] struct {
	targets []target[page.Format[T]]
	style   page.Style // of stdout
}

// inWords reports whether stdout tells of damaged input in words.
func (o *written[T]) inWords() bool {
	return slices.ContainsFunc(o.targets, func(t target[page.Format[T]]) bool { return t.file == "" && t.format.Prose })
}

// write renders v for every target. Each is rendered whole before any of it is written, and
// files are replaced at once, so that no reader ever meets half of it.
func (o *written[T]) write(a *app, v T) error {
	var failed []error
	for _, t := range o.targets {
		style := o.style
		if t.file != "" {
			style = page.Style{}
		}
		failed = append(failed, t.deliver(a, func(w io.Writer) error {
			var text bytes.Buffer
			if err := t.format.Write(&text, v, style); err != nil {
				return err
			}
			_, err := text.WriteTo(w)
			return err
		}))
	}
	if err := errors.Join(failed...); err != nil {
		return failf(exitOutput, "", "%w", err)
	}
	return nil
}
