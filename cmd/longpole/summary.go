package main

import (
	"bytes"
	"os"

	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/page"
)

// mostSummary is what GitHub takes of one step; what is longer it drops whole.
const mostSummary = 1 << 20

// summarise appends the report to the summary of the step that runs in GitHub Actions.
// Anywhere else there is no such file, and that is no mistake.
func (a *app) summarise(r *report.Report) error {
	name := os.Getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		say(a.stderr, "--summary: GITHUB_STEP_SUMMARY is not set, so no summary is written")
		return nil
	}
	var text bytes.Buffer
	if err := page.Markdown.Write(&text, &r.Page, page.Style{}); err != nil {
		return err
	}
	return appendTo(name, fitting(text.Bytes(), mostSummary))
}

// fitting cuts text at the end of a line, and says so.
func fitting(text []byte, most int) []byte {
	const cut = "\n(cut: the whole report is too long for a summary)\n"
	if len(text) <= most {
		return text
	}
	text = text[:most-len(cut)]
	return append(text[:bytes.LastIndexByte(text, '\n')+1:most], cut...)
}

func appendTo(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return failf(exitOutput, "", "--summary could not be written: %w", err)
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return failf(exitOutput, "", "--summary could not be written: %w", err)
	}
	return nil
}
