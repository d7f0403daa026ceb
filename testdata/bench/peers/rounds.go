package main

import (
	"context"
	"log"
)

// takes are what probes took, by name, a usage for each round.
type takes map[string]*take

type take struct {
	usages []usage
	err    error // why there are no more
}

// measure runs the rounds of all rows. In each, every probe that some row still needs runs
// once, in the order of the table.
func (l *lab) measure(ctx context.Context, rows []row) takes {
	t := takes{}
	for round := 0; ; round++ {
		due := l.due(rows, round)
		if len(due) == 0 || ctx.Err() != nil {
			return t
		}
		for _, p := range due {
			t.add(ctx, l, p, round)
		}
	}
}

// due returns the probes of a round, each once.
func (l *lab) due(rows []row, round int) (due []probe) {
	seen := map[string]bool{}
	for _, r := range rows {
		if round >= l.roundsOf(r) {
			continue
		}
		for _, p := range append(r.probes[:len(r.probes):len(r.probes)], r.alsoOnTwo...) {
			if !seen[p.name] {
				seen[p.name] = true
				due = append(due, p)
			}
		}
	}
	return due
}

// roundsOf returns the rounds of a row; with fewer rounds than usual, rows that are cheap get
// fewer, too.
func (l *lab) roundsOf(r row) int {
	const usual = 5
	if r.rounds == 0 {
		return l.rounds
	}
	return max(1, r.rounds*min(l.rounds, usual)/usual)
}

func (t takes) add(ctx context.Context, l *lab, p probe, round int) {
	of := t[p.name]
	if of == nil {
		of = &take{}
		t[p.name] = of
	}
	if of.err != nil || ctx.Err() != nil {
		return
	}
	u, err := p.take(ctx, l)
	if err != nil {
		of.err = err
		log.Printf("%s: %v", p.name, err)
		return
	}
	log.Printf("round %d: %s: CPU %.2f s, wall %.2f s, peak %d MiB, %.3f", round+1, p.name, u.CPU.Seconds(), u.Wall.Seconds(), u.RSS>>20, u.figure)
	of.usages = append(of.usages, u)
}

// figures returns the figure of each round in which all probes were taken, and why there is
// none.
func (t takes) figures(probes []probe, of func([]usage) float64) (figures []float64, err error) {
	for round := 0; ; round++ {
		var us []usage
		for _, p := range probes {
			took := t[p.name]
			if took == nil || round >= len(took.usages) {
				return figures, t.failure(probes)
			}
			us = append(us, took.usages[round])
		}
		figures = append(figures, of(us))
	}
}

func (t takes) failure(probes []probe) error {
	for _, p := range probes {
		if t[p.name] != nil && t[p.name].err != nil {
			return t[p.name].err
		}
	}
	return nil
}

// note returns what must stand beside the figures of probes; mostly nothing.
func (t takes) note(probes []probe) string {
	all := ""
	for _, p := range probes {
		all += t[p.name].usages[0].note
	}
	return all
}
