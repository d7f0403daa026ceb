package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

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
	fit     optionalSize
}

func (o *outputs[T]) flags(c *cobra.Command, formats []page.Format[T]) {
	o.formats = formats
	outputFlag(c, &o.specs, formats)
	c.Flags().BoolVar(&o.json, "json", false, "write JSON to stdout")
	c.Flags().Var(&o.fit, "fit", "cut text, markdown and json so that each takes no more than `SIZE`, such as 8KiB, and still sums")
	c.Flags().StringVar(&o.color, "color", "auto", "use colours: auto, always or never")
	completes(c, "color", "auto", "always", "never")
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
	for _, t := range targets {
		if o.fit.told && !slices.Contains(cuttable, t.format.Name) {
			return written[T]{}, failf(exitUsage, "leave out --fit, or write "+strings.Join(cuttable, ", "), "-o %s cannot be cut", t.format.Name)
		}
	}
	style, err := o.style(stdout)
	style.Fit = int64(o.fit.size)
	return written[T]{targets, style}, err
}

// cuttable are the outputs that can be cut.
var cuttable = []string{page.Text.Name, page.Markdown.Name, page.JSON.Name}

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

// draws reports whether some output draws pictures.
func (o *written[T]) draws() bool {
	return slices.ContainsFunc(o.targets, func(t target[page.Format[T]]) bool { return t.format.Draws })
}

// write renders v for every target. Each is rendered whole before any of it is written, and
// files are replaced at once, so that no reader ever meets half of it.
func (o *written[T]) write(a *app, v T) error {
	var failed []error
	for _, t := range o.targets {
		style := o.style
		if t.file != "" {
			style = page.Style{Fit: o.style.Fit}
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
	var small *page.TooSmall
	if err := errors.Join(failed...); errors.As(err, &small) {
		return failf(exitUsage, "", "--fit: %w", err)
	} else if err != nil {
		return failf(exitOutput, "", "%w", err)
	}
	return nil
}
