package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

func TestSystemsThatAreNotTheShopAreBlamedAsFarAsTheirSpansSay(t *testing.T) {
	readsAll(t)
	var scores []score
	for _, group := range []string{"tracing", "consumers"} {
		for _, file := range folders(t, group) {
			var truth labTruth
			readTruth(t, file, &truth)
			recording := filepath.Join(recordings, filepath.Dir(file), "faulty.otlp.jsonl.zst")
			if group == "tracing" {
				recording = strings.Replace(recording, ".otlp.jsonl", ".jaeger.json", 1)
			}
			s := scoreOf(truth, reportOn(t, truth, recording))
			if reason, known := missed[truth.Fault]; s.right() == known {
				t.Errorf("%s: blamed %s, %s, %d %% as expected; known as missed: %q", truth.Fault, s.first.Layer, s.first.Place, s.percent(s.expected), reason)
			}
			scores = append(scores, s)
		}
	}
	testkit.Block(t, "../../docs/accuracy.md", "other systems", scoreTable(scores))
}
