package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
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
			if len(args) == 1 {
				return pages(c.Root(), args[0])
			}
			page, err := manPage(c.Root())
			if err != nil {
				return err
			}
			return a.print(page)
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

// manPage is the page of one command. It is of the day of the commit that was built, and of none where that is not known:
// the day of printing would make pages of one program differ.
func manPage(c *cobra.Command) ([]byte, error) {
	const none = "Jan 0001"
	header := &doc.GenManHeader{Title: strings.ToUpper(dashed(c)), Section: "1", Source: "longpole", Manual: "longpole", Date: new(committed())}
	var page bytes.Buffer
	err := doc.GenMan(c, header, &page)
	return bytes.Replace(page.Bytes(), []byte(`"`+none+`"`), []byte(`""`), 1), err
}

func dashed(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// committed is when the commit was made that was built, or zero.
func committed() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				t, _ := time.Parse(time.RFC3339, s.Value)
				return t
			}
		}
	}
	return time.Time{}
}

// pages writes the page of a command, and those of its own, into a folder.
func pages(c *cobra.Command, folder string) error {
	page, err := manPage(c)
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, dashed(c)+".1"), page, 0o644)
	}
	if err != nil {
		return failf(exitOutput, "", "the pages could not be written: %w", err)
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			if err := pages(sub, folder); err != nil {
				return err
			}
		}
	}
	return nil
}
