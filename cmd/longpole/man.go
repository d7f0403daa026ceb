package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

const manUsage = `man prints the manual page of longpole; with a folder it writes there one page for longpole and
one for each of its commands.

  longpole man | man -l -
  longpole man /usr/local/share/man/man1
  longpole man --markdown > manual.md            all of it, on one page`

func newMan(a *app) *cobra.Command {
	var markdown bool
	c := &cobra.Command{
		Use:   "man [FOLDER]",
		Short: "print the manual page, or write one for each command into a folder",
		Long:  manUsage,
		Args:  atMost(1, "one folder at most"),
		RunE: func(c *cobra.Command, args []string) error {
			if markdown {
				return a.print(manualPage(c.Root()))
			}
			// The date of the build would make pages of one program differ.
			header := &doc.GenManHeader{Title: "LONGPOLE", Section: "1", Source: "longpole", Manual: "longpole", Date: &time.Time{}}
			if len(args) == 1 {
				return pages(c.Root(), header, args[0])
			}
			var page bytes.Buffer
			if err := doc.GenMan(c.Root(), header, &page); err != nil {
				return err
			}
			return a.print(page.Bytes())
		},
	}
	c.Flags().BoolVar(&markdown, "markdown", false, "write the manual as one page of Markdown to stdout")
	return c
}

// manualPage is what the help of every command of ours says.
func manualPage(root *cobra.Command) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# The manual\n\nPrinted by `longpole man --markdown`.\n\n```text\n%s\n```\n", root.Long)
	for _, c := range root.Commands() {
		if c.HasSubCommands() || c.Name() == "help" {
			continue // cobra brought it along
		}
		fmt.Fprintf(&b, "\n## longpole %s\n\n%s.\n\n", c.Name(), firstUpper(c.Short))
		if c.Long != "" {
			fmt.Fprintf(&b, "```text\n%s\n```\n\n", c.Long)
		}
		fmt.Fprintf(&b, "```text\n%s\n\n%s```\n", c.UseLine(), c.LocalFlags().FlagUsagesWrapped(manualWidth))
	}
	return b.Bytes()
}

const manualWidth = 120

func firstUpper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func pages(root *cobra.Command, header *doc.GenManHeader, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return failf(exitOutput, "", "the pages could not be written: %w", err)
	}
	if err := doc.GenManTree(root, header, folder); err != nil {
		return failf(exitOutput, "", "the pages could not be written: %w", err)
	}
	return nil
}
