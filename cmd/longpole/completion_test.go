package main

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestEveryFlagThatTakesCertainWordsOffersThem(t *testing.T) {
	for line, want := range map[string]string{
		"report --skew":        "on off :4",
		"report --incomplete":  "skip keep :4",
		"report --color":       "auto always never :4",
		"check --inconclusive": "pass fail :4",
		"map --incomplete":     "skip keep :4",
		"capture --protocol":   "http/protobuf grpc http/json :4",
		"convert -o":           "otlp otlp-proto jaeger jaeger-proto zipkin :6", // which goes on: otlp=FILE
	} {
		var out bytes.Buffer
		args := append([]string{cobra.ShellCompNoDescRequestCmd}, append(strings.Fields(line), "")...)
		if execute(context.Background(), args, nil, &out, io.Discard); strings.Join(strings.Fields(out.String()), " ") != want {
			t.Errorf("%s: got %q, want %q", line, out.String(), want)
		}
	}
}

func TestNothingIsKeptOfACommandLineThatHasRun(t *testing.T) {
	kept := func() weak.Pointer[pflag.Flag] {
		root := newRoot(&app{})
		offerWords(root, []string{"report", "--skew=on"})
		c, _, _ := root.Find([]string{"report"})
		return weak.Make(c.Flags().Lookup("skew"))
	}()
	runtime.GC()
	if kept.Value() != nil {
		t.Error("a flag is still in memory")
	}
}
