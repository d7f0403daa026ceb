package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/longpole/longpole/testdata/bench/process"
	"github.com/longpole/longpole/testdata/bench/stats"
)

// Pairs are added until the interval is narrow enough to tell a change of some percent.
const (
	fewest = 10
	most   = 40
	narrow = 0.04
)

// enough reports whether there are enough pairs, by their ratios.
func enough(ratios []float64) bool {
	if len(ratios) < fewest {
		return false
	}
	return len(ratios) >= most || stats.MedianInterval(ratios).Width() <= narrow
}

// A bench is what all measurements have in common.
type bench struct {
	old, new string // programs
	input    string // a folder
	plan     string // a file
}

// ratios measures pairs until there are enough. The side that begins changes from pair to
// pair, so that what the first leaves behind does not favour one.
func (b *bench) ratios(ctx context.Context, r row) (ratios []float64, err error) {
	sides := [2]side{r.under, r.over}
	for !enough(ratios) {
		var took [2]float64
		first := len(ratios) % 2
		for _, i := range [2]int{first, 1 - first} {
			if took[i], err = b.cpu(ctx, sides[i]); err != nil {
				return nil, err
			}
		}
		ratios = append(ratios, took[1]/took[0])
	}
	return ratios, nil
}

// cpu returns the seconds of CPU of a whole command on one core. That a gate failed is an
// answer like another.
func (b *bench) cpu(ctx context.Context, s side) (seconds float64, err error) {
	u, err := process.Command{Args: b.command(s), Cores: 1, Accept: 1}.Run(ctx)
	return u.CPU.Seconds(), err
}

func (b *bench) command(s side) []string {
	args := []string{b.new}
	if s.old {
		args[0] = b.old
	}
	for _, a := range s.args {
		if a == plan {
			a = b.plan
		}
		args = append(args, a)
	}
	return append(args, "-o", "json", filepath.Join(b.input, s.input))
}

// draft writes the plan of the check, by the old program, so that both can read it.
func (b *bench) draft(ctx context.Context) error {
	out, err := os.Create(b.plan)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.CommandContext(ctx, b.old, "init", filepath.Join(b.input, "otlp.jsonl"))
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("no plan for the check: %s init: %w", b.old, err)
	}
	return nil
}
