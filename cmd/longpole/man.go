package main

import (
	"bytes"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

const manUsage = `man prints the manual page of longpole; with a folder it writes there one page for longpole and
one for each of its commands.

  longpole man | man -l -
  longpole man /usr/local/share/man/man1`

func newMan(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "man [FOLDER]",
		Short: "print the manual page, or write one for each command into a folder",
		Long:  manUsage,
		Args:  atMost(1, "one folder at most"),
		RunE: func(c *cobra.Command, args []string) error {
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
}

func pages(root *cobra.Command, header *doc.GenManHeader, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return failf(exitOutput, "", "the pages could not be written: %w", err)
	}
	if err := doc.GenManTree(root, header, folder); err != nil {
		return failf(exitOutput, "", "the pages could not be written: %w", err)
	}
	return nil
}
