package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/longpole/longpole/internal/strictyaml"
)

// knownCommand refuses what is no command, with the nearest one.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, c := range root.Commands() {
		known = append(known, c.Name())
	}
	return failf(exitUsage, root.CommandPath()+" --help lists the commands", "there is no command %q%s",
		strings.TrimPrefix(root.CommandPath()+" "+args[0], "longpole "), strictyaml.Nearest(args[0], known))
}

// atMost refuses more arguments than n.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return failf(exitUsage, c.CommandPath()+" --help says how it is used", "%s takes %s, and not %q", c.CommandPath(), what, args[n])
	}
}

var noArgs = atMost(0, "no arguments")

// strictHelp makes the commands that cobra brings along refuse what they do not know, too.
func strictHelp(root *cobra.Command) {
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [COMMAND]",
		Short: "say how a command is used",
		RunE: func(_ *cobra.Command, args []string) error {
			c, left, err := root.Find(args)
			if err != nil || len(left) > 0 && c.HasSubCommands() {
				return knownCommand(root, args)
			}
			return c.Help()
		},
	})
	root.InitDefaultCompletionCmd("completion")
	if c, _, err := root.Find([]string{"completion"}); err == nil && c != root {
		c.Args = knownCommand
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
}

// wrongFlag says in plain words what is wrong with a flag, and names the flag of the command that is
// nearest to one that it has not.
func wrongFlag(c *cobra.Command, err error) error {
	hint := c.CommandPath() + " --help lists the flags"
	var missing *pflag.NotExistError
	var valueless *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing) && missing.GetSpecifiedShortnames() != "":
		return failf(exitUsage, hint, "%s has no flag -%s", c.CommandPath(), missing.GetSpecifiedName())
	case errors.As(err, &missing):
		name := "--" + strings.TrimLeft(missing.GetSpecifiedName(), "-")
		return failf(exitUsage, hint, "%s has no flag %s%s", c.CommandPath(), name, strictyaml.Nearest(name, longFlags(c)))
	case errors.As(err, &valueless):
		return failf(exitUsage, hint, "--%s needs a value", valueless.GetFlag().Name)
	case errors.As(err, &invalid):
		return failf(exitUsage, hint, "--%s: %s", invalid.GetFlag().Name, whyInvalid(invalid))
	}
	return failf(exitUsage, hint, "%w", err)
}

func longFlags(c *cobra.Command) (known []string) {
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	return known
}

// whyInvalid says what a flag takes, where its value is of a type of the flag library, which speaks
// of functions of Go; values of our own say it themselves.
func whyInvalid(invalid *pflag.InvalidValueError) string {
	takes := map[string]string{"duration": "a duration, such as 500ms or 2s", "int": "a whole number", "uint64": "a whole number of 0 or more", "bool": "true or false"}
	if what := takes[invalid.GetFlag().Value.Type()]; what != "" {
		return fmt.Sprintf("%q is not %s", invalid.GetValue(), what)
	}
	if why := errors.Unwrap(invalid); why != nil {
		return why.Error()
	}
	return fmt.Sprintf("%q is no value of it", invalid.GetValue())
}
