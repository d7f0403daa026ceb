package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
)

// pipelines are the files that people copy command lines from.
var pipelines = []string{"docs/ci.md", "docs/plan.md", "docs/statistics.md", "action.yml"}

var (
	shownCommand = regexp.MustCompile("(?m)(?:`|^|[ '])longpole (check|init|lint|report|formats|capture)\\b([^`|>\n']*)")
	shownFlag    = regexp.MustCompile(`--([a-z][a-z-]*)`)
	shownOutput  = regexp.MustCompile(`-o ([a-z]+)`)
)

func TestPipelinesInDocumentsUseCommandsFlagsAndOutputsThatThereAre(t *testing.T) {
	shown := 0
	for _, name := range pipelines {
		for _, m := range shownCommand.FindAllStringSubmatch(readDocument(t, name), -1) {
			shown++
			c, _, err := newRoot(&app{}).Find([]string{m[1]})
			if err != nil {
				t.Fatal(err)
			}
			ours, _, _ := strings.Cut(m[2], " -- ")
			for _, f := range shownFlag.FindAllStringSubmatch(ours, -1) {
				if c.Flags().Lookup(f[1]) == nil {
					t.Errorf("%s: %s has no flag --%s", name, m[1], f[1])
				}
			}
			if m[1] == "capture" {
				continue // its -o is a file
			}
			for _, o := range shownOutput.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(namesOf(report.Formats), o[1]) {
					t.Errorf("%s: no output is named %q", name, o[1])
				}
			}
		}
	}
	if shown < 8 {
		t.Errorf("only %d command lines were found", shown)
	}
}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testkit.Root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type action struct {
	Inputs map[string]struct{ Description string }
	Runs   struct {
		Steps []struct {
			Run string
			Env map[string]string
		}
	}
}

func TestTheActionPutsNoInputIntoAScript(t *testing.T) {
	var a action
	if err := yaml.Unmarshal([]byte(readDocument(t, "action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("a script takes an expression as it stands: whoever can set the input can run anything\n%s", s.Run)
		}
		for name, value := range s.Env {
			used[strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")] = true
			if !strings.Contains(s.Run, "$"+name) {
				t.Errorf("$%s is set for a script that does not use it", name)
			}
		}
	}
	for name, in := range a.Inputs {
		if !used[name] || in.Description == "" {
			t.Errorf("input %s is not used, or not described", name)
		}
	}
}

func TestTheActionPassesFlagsThatCheckHas(t *testing.T) {
	check := newCheck(&app{})
	for _, f := range shownFlag.FindAllStringSubmatch(readDocument(t, "action.yml"), -1) {
		if check.Flags().Lookup(f[1]) == nil {
			t.Errorf("check has no flag --%s", f[1])
		}
	}
}
