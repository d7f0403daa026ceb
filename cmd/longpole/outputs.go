package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

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
	var all []target
	toStdout := 0
	for _, spec := range specs {
		name, file, toFile := strings.Cut(spec, "=")
		f, err := report.FormatOf(name)
		if err != nil {
			return nil, failf(exitUsage, "-o text, or -o json=report.json", "%w", err)
		}
		if toFile && file == "" {
			return nil, failf(exitUsage, "-o "+name+"=FILE", "-o %s= names no file", name)
		}
		if file == "" {
			toStdout++
		}
		all = append(all, target{f, file})
	}
	if toStdout > 1 {
		return nil, failf(exitUsage, "give all but one a file, as in -o json=report.json", "%d outputs go to stdout", toStdout)
	}
	return all, nil
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
		switch {
		case err != nil:
		case t.file == "":
			err = a.print(text.Bytes())
		default:
			err = replaceFile(t.file, text.Bytes())
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

// print writes to stdout. A reader that has seen enough (head, less) is no error.
func (a *app) print(text []byte) error {
	w := bufio.NewWriter(a.stdout)
	w.Write(text)
	if err := w.Flush(); err != nil && !errors.Is(err, syscall.EPIPE) {
		return err
	}
	return nil
}

// replaceFile puts text in the place of a file: written beside it, flushed to the disk, then
// renamed. What is no regular file, such as /dev/null or a pipe, is written to as it is.
func replaceFile(name string, text []byte) (err error) {
	info, statErr := os.Stat(name)
	if statErr == nil && info.IsDir() {
		return fmt.Errorf("%q is a directory", name)
	}
	if statErr == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, text, 0o644)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".longpole-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(text); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Chmod(0o644); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
