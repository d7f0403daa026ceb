package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/bytesize"
	"github.com/longpole/longpole/internal/toolserver"
	"github.com/longpole/longpole/report/page"
)

const mcpUsage = `mcp answers an agent about files of traces, by the Model Context Protocol on stdin and stdout: which
kinds of request there are, what one of them waits for, what changed, what one trace shows. Tools read the
files that are named here and no others, and write nothing. An answer takes no more than --fit, still sums, and
ends with a receipt: the version, the command that prints the same, and hashes of what it read.

  longpole mcp traces/
  longpole mcp before.jsonl after.jsonl --budget longpole.yaml

An agent's configuration names the command, as in {"command": "longpole", "args": ["mcp", "traces/"]}.`

// choosing are what every tool takes that looks at many requests.
var choosing = []toolserver.Param{
	{Name: "where", Flag: "--where", Doc: `only requests of which this is true, such as duration > 1s && attr["cloud.region"] == "eu-west-1"; also: service, route, status, error`},
	{Name: "since", Flag: "--since", Doc: "only requests that begin at this time or later, as 2026-11-26T14:00:00Z"},
	{Name: "until", Flag: "--until", Doc: "only requests that begin before this time"},
}

var journey = toolserver.Param{Name: "journey", Flag: "--journey", Doc: "the name of one kind of request, or a glob such as *checkout*"}

// tools is the table of what an agent can ask. A row is offered where there is such a command.
var tools = []toolserver.Tool{
	{Name: "journeys", Doc: "Lists the kinds of requests (journeys) by what is at stake: how many, how slow, and what their slow ones wait for.",
		Command: []string{"report", "--journeys=all"}, Params: choosing},
	{Name: "report", Doc: "Says of one journey, or of those with most at stake, how slow its tail is and what it waits for on the critical path, by layer, place and operation.",
		Command: []string{"report"}, Params: slices.Concat([]toolserver.Param{journey,
			{Name: "by", Flag: "--by", Doc: "compare requests by this attribute, too, or by whether they call a service: calls:SERVICE"},
			{Name: "tail", Flag: "--tail", Doc: "the tail is all at or above this percentile, such as p95"}}, choosing)},
	{Name: "diff", Doc: "Says what changed from one set of traces to another, in parts that add up. Give after (files), or at, or where, or a and b.",
		Command: []string{"diff"}, Params: slices.Concat([]toolserver.Param{
			{Name: "after", Flag: "--to", After: true, Doc: "the files of the set after, by name or glob; all others are the set before"},
			{Name: "at", Flag: "--at", Doc: "divide the requests at this time, or at the one that is found: auto"},
			{Name: "a", Flag: "--a", Doc: "the set before is the requests of which this is true, as in where"},
			{Name: "b", Flag: "--b", Doc: "the set after is the requests of which this is true"},
			{Name: "percentile", Flag: "--percentile", Doc: "say where the change of this percentile went; p95 if not given"}}, choosing)},
	{Name: "trace", Doc: "Draws one trace, or a request of it, with its critical path marked.",
		Command: []string{"trace"}, Params: []toolserver.Param{
			{Name: "id", Must: true, Doc: "the trace id or its first digits; ID/SPAN is the request of one of its spans"},
			{Name: "beside", Flag: "--beside", Doc: "lay this other trace beside it, and say where it took less"}}},
	{Name: "findings", Doc: "Lists what is wrong, ranked by the milliseconds at stake, with evidence and remedy.", Command: []string{"findings"}, Params: slices.Concat([]toolserver.Param{journey}, choosing)},
	{Name: "whatif", Doc: "Replays the requests as if something were otherwise, and says what the percentiles would be. Without a change it tries what may help.",
		Command: []string{"whatif"}, Params: slices.Concat([]toolserver.Param{journey,
			{Name: "set", Flag: "--set", Doc: "another time, as db{inventory}=50%, network{web -> payment}=typical, app=0, or =20ms for at most so long"},
			{Name: "remove", Flag: "--remove", Doc: "a call with all below it, as web -> audit, or a layer"},
			{Name: "parallel", Flag: "--parallel", Doc: "calls that would be made at once, as web -> tax,web -> inventory"},
			{Name: "cache", Flag: "--cache", Doc: "calls that a cache would answer, as db{recommendations}=90%"},
			{Name: "timeout", Flag: "--timeout", Doc: "an end to calls, as payment -> bank*=200ms"},
			{Name: "hedge", Flag: "--hedge", Doc: "a second call after a time, as search=p95"},
			{Name: "servers", Flag: "--servers", Doc: "how many a station has, as inventory pool=3"}}, choosing)},
	{Name: "explain", Doc: "Says why a layer is to blame, or why a span counts as what it does.",
		Command: []string{"explain"}, Params: []toolserver.Param{{Name: "what", Must: true, Doc: "the name of a layer, such as db or network, or the id of a span"}}},
	{Name: "check", Doc: "Holds requests against the budgets of the plan, and says who fails and which layer blew it.", Command: []string{"check"}, Params: choosing},
	{Name: "doctor", Doc: "Says what the traces are good for: what was read, repaired and left out, what is missing, and what that costs the answers.", Command: []string{"doctor"}},
}

// mcpFlags are what the mcp command is told.
type mcpFlags struct {
	budget string
	format string
	fit    bytesize.Size
}

func newMCP(a *app) *cobra.Command {
	f := mcpFlags{fit: 8 << 10}
	c := &cobra.Command{
		Use:   "mcp FILES...",
		Short: "answer an agent about traces, by the Model Context Protocol",
		Long:  mcpUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.mcp(c, &f, files) },
	}
	c.Flags().Var(&f.fit, "fit", "cut answers so that each takes no more than `SIZE`, and still sums")
	c.Flags().StringVar(&f.budget, "budget", "", "hold requests against this plan `FILE`; none for no plan (default: the nearest "+planNames[0]+")")
	c.Flags().StringVar(&f.format, "format", "", "read every input as `FORMAT` instead of telling by its content")
	return c
}

func (a *app) mcp(c *cobra.Command, f *mcpFlags, files []string) error {
	s, err := f.server(files)
	if err != nil {
		return err
	}
	s.Tools, s.Run = offered(c.Root()), a.inside
	ctx := c.Context()
	if err := s.Serve(ctx, io.NopCloser(a.stdin), unclosed{a.stdout}); err != nil && ctx.Err() == nil {
		return failf(exitInput, "longpole mcp is started by an agent, which speaks the Model Context Protocol to it", "the conversation ended: %w", err)
	}
	return nil
}

type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

// server makes what answers about files.
func (f *mcpFlags) server(files []string) (*toolserver.Server, error) {
	switch {
	case len(files) == 0:
		return nil, failf(exitUsage, "longpole mcp traces/", "no files are given")
	case slices.Contains(files, "-"):
		return nil, failf(exitUsage, "name files or folders", "stdin is for the agent")
	case len(ingest.Paths(files)) == 0:
		return nil, failf(exitInput, "name files or folders that there are", "there is no file: %s", strings.Join(files, ", "))
	case f.fit < 1<<10:
		return nil, failf(exitUsage, "", "--fit: %s is less than 1KiB, which a receipt takes", f.fit)
	}
	always := []string{"-o=markdown"}
	if f.budget != "" {
		always = append(always, "--budget="+f.budget)
	}
	if f.format != "" {
		always = append(always, "--format="+f.format)
	}
	return &toolserver.Server{
		Version: version(),
		Files:   func() []string { return ingest.Paths(files) },
		Always:  always,
		Fit:     f.fit,
		Quote:   shellWords,
		Escape:  escapeLines,
		Failed:  func(code int) bool { return code != exitOK && code != exitGateFailed && code != exitInconclusive },
	}, nil
}

// offered are the tools of which the command exists.
func offered(root *cobra.Command) []toolserver.Tool {
	return slices.DeleteFunc(slices.Clone(tools), func(t toolserver.Tool) bool {
		return !slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == t.Command[0] })
	})
}

// escapeLines keeps each line of a text from acting on what shows it.
func escapeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = page.EscapeTerminal(lines[i])
	}
	return strings.Join(lines, "\n")
}
