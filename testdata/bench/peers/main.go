// Command peers measures longpole beside other people's decoders, and what it takes of the
// machine, and writes the table that stands in docs/performance.md.
//
//	peers -repo ../..                             everything; half an hour on a quiet machine
//	peers -repo ../.. -rows gzip,zstd             only these, the other rows stay as they are
//	peers -repo ../.. -input DIR                  with DIR/otlp.jsonl, otlp.pb and jaeger.json instead of own inputs
//	peers -repo ../.. -large 2e9 -write=false     a smaller large input, and only print
//
// Rows are measured in rounds: each round runs every command once, so that a busy moment of
// the machine falls on both sides of a ratio. What a row shows is the median of its rounds.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	l := &lab{}
	flag.StringVar(&l.repo, "repo", "../..", "the checkout to measure")
	flag.StringVar(&l.work, "work", "", "keep inputs and programs in this folder (default: bin/bench of the checkout)")
	flag.StringVar(&l.given, "input", "", "a folder with otlp.jsonl, otlp.pb and jaeger.json; empty: make them")
	flag.IntVar(&l.spans, "spans", 320_000, "spans of inputs that are made")
	flag.Float64Var(&l.large, "large", 20e9, "bytes of the large OTLP JSON input")
	flag.IntVar(&l.rounds, "rounds", 5, "rounds")
	names := flag.String("rows", "", "measure only these rows; empty: all. Names: "+strings.Join(rowNames(), ", "))
	write := flag.Bool("write", true, "write the table into docs/performance.md")
	flag.Parse()
	if l.work == "" {
		l.work = filepath.Join(l.repo, "bin", "bench")
	}
	for _, dir := range []*string{&l.repo, &l.work, &l.given} {
		if *dir != "" {
			*dir, _ = filepath.Abs(*dir) // fails only where there is no current folder
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, l, *names, *write); err != nil {
		log.Fatal(err)
	}
}

func measure(ctx context.Context, l *lab, names string, write bool) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	m := thisMachine(ctx, l)
	lines := results(chosen, l.measure(ctx, chosen), m.commit)
	if err := ctx.Err(); err != nil {
		return err
	}
	page := filepath.Join(l.repo, "docs", "performance.md")
	table, err := merged(page, lines, m)
	if err != nil || !write {
		fmt.Print(table)
		return err
	}
	return replace(page, table)
}

// choose returns the named rows in the order of the table; all if names is empty.
func choose(names string) (chosen []row, err error) {
	if names == "" {
		return rows, nil
	}
	wanted := map[string]bool{}
	for _, name := range strings.Split(names, ",") {
		wanted[name] = true
	}
	for _, r := range rows {
		if wanted[r.name] {
			chosen = append(chosen, r)
			delete(wanted, r.name)
		}
	}
	for name := range wanted {
		return nil, fmt.Errorf("no row is called %q; there are %s", name, strings.Join(rowNames(), ", "))
	}
	return chosen, nil
}

func rowNames() (names []string) {
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}
