package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/draft"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
)

const initUsage = `init writes a plan from what traces show today: the journeys that took most time, their layers,
and budgets a fifth above what was measured. It is a start to be edited: owners, targets that
users care about, layers named for the teams behind them.

  longpole init traces.jsonl > longpole.yaml
  longpole init traces.jsonl --write longpole.yaml`

func newInit(a *app) *cobra.Command {
	var in inputs
	var file string
	c := &cobra.Command{
		Use:   "init FILES...",
		Short: "write a plan from what traces show today",
		Long:  initUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.init(c.Context(), &in, file, files) },
	}
	in.flags(c)
	c.Flags().StringVar(&file, "write", "", "write to this `FILE`, which must not exist yet, instead of stdout")
	return c
}

func (a *app) init(ctx context.Context, in *inputs, file string, files []string) error {
	if _, err := os.Lstat(file); file != "" && !errors.Is(err, fs.ErrNotExist) {
		return failf(exitUsage, "name another file, or move that one away", "--write: %q is there already", file)
	}
	assembly, err := in.assembly()
	if err != nil {
		return err
	}
	o, err := in.choose(attribute.Options{})
	if err != nil {
		return err
	}
	n := run.With(nil, assembly, o)
	spans, readErr := in.readAs(ctx, a, files, in.options(n))
	if spans == nil {
		return readErr
	}
	defer spans.Close()
	text, err := drafted(ctx, spans, n)
	if err != nil {
		return err
	}
	if file != "" {
		err = createFile(file, text)
	} else {
		err = a.print(text)
	}
	if err != nil {
		return failf(exitOutput, "", "the plan could not be written: %w", err)
	}
	return readErr
}

// createFile writes a file that must not be there yet.
func createFile(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// drafted measures twice: which journeys there are, and then, with those as a plan, what each of
// their layers takes. The plan may match requests below the roots of traces that nobody had counted.
func drafted(ctx context.Context, spans *ingest.Spans, n *run.Analysis) ([]byte, error) {
	res, err := measured(ctx, spans, n)
	if err != nil {
		return nil, err
	}
	d := draft.Of(res)
	if len(d.Journeys) == 0 {
		return nil, failf(exitInconclusive, "give it more traces", "no journey has the 59 requests that a p95 needs, or the 11 page loads that a p75 does")
	}
	d.Heading = []string{
		fmt.Sprintf("Budgets of latency, drafted from %d requests. Every layer may use so much at the", res.Observations),
		"target's percentile; docs/plan.md describes the file. Check it with: longpole check FILES",
	}
	open := d // with any budgets, to be measured against
	open.Journeys = append([]budget.DraftJourney(nil), d.Journeys...)
	for i := range open.Journeys {
		open.Journeys[i].Layers = append([]budget.DraftLayer(nil), d.Journeys[i].Layers...)
		for k := range open.Journeys[i].Layers {
			open.Journeys[i].Layers[k].Budget = 1
		}
		open.Journeys[i].Target = 1000
		open.Journeys[i].Tail *= 1000 // of those that have one
	}
	plan, err := budget.Load("draft", open.YAML())
	if err != nil {
		return nil, failf(exitInput, "", "no plan can be written for the names in these traces: %s", strings.SplitN(err.Error(), "\n", 2)[0])
	}
	n.Plan = plan
	if res, err = measured(ctx, spans, n); err != nil {
		return nil, err
	}
	draft.Fill(&d, res)
	return d.YAML(), nil
}

func measured(ctx context.Context, spans *ingest.Spans, n *run.Analysis) (*analyze.Result, error) {
	begin := func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, n.Options) }
	c, err := run.Over(ctx, n, spans, begin)
	if err != nil {
		return nil, refusal(ctx, err)
	}
	c.Account(&spans.Ledger)
	return c.Result(analyze.Settings{}), nil
}
