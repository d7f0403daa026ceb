package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

func TestWhatCuresReallyDidIsWrittenDown(t *testing.T) {
	readsAll(t)
	table := "| fault | cure | p50 | p95 | as a question |\n|---|---|---:|---:|---|\n"
	for _, file := range folders(t, "cures") {
		var truth struct {
			labTruth
			Cures []struct {
				Name   string
				WhatIf struct {
					Operation, Of string
					Value         float64
				} `json:"what_if"`
			}
		}
		readTruth(t, file, &truth)
		path := func(side string) string {
			return filepath.Join(recordings, filepath.Dir(file), side+".otlp.jsonl.zst")
		}
		before := lengthsOf(reportOn(t, truth.labTruth, path("fault")))
		for _, c := range truth.Cures {
			after := lengthsOf(reportOn(t, truth.labTruth, path(c.Name)))
			question := c.WhatIf.Operation + " " + c.WhatIf.Of
			if c.WhatIf.Value > 0 {
				question += fmt.Sprintf(" = %g", c.WhatIf.Value)
			}
			table += fmt.Sprintf("| %s | %s | %s -> %s ms | %s -> %s ms | %s |\n", truth.Fault, c.Name,
				tenths(before.p50), tenths(after.p50), tenths(before.p95), tenths(after.p95), question)
			if after.p50 >= before.p50 && after.p95 >= before.p95 {
				t.Errorf("%s is no cure of %s", c.Name, truth.Fault)
			}
		}
	}
	testkit.Block(t, "../../docs/accuracy.md", "cures", table)
}
