package main

import (
	"errors"
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
	return failf(exitUsage, "longpole --help lists the commands", "there is no command %q%s", args[0], strictyaml.Nearest(args[0], known))
}

// unknownFlag names the flag of the command that is nearest to one that it has not.
func unknownFlag(c *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return failf(exitUsage, c.CommandPath()+" --help lists the flags", "%w", err)
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	name := strings.TrimLeft(missing.GetSpecifiedName(), "-")
	return failf(exitUsage, c.CommandPath()+" --help lists the flags", "%s has no flag --%s%s", c.CommandPath(), name, strictyaml.Nearest(name, known))
}
