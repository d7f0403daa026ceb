package report

import (
	"bufio"
	"io"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/ci"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

var githubFormat = Format{Name: "github", Doc: "for GitHub Actions: annotations at the lines of the plan", Extension: "github.txt", Gate: true, Write: writeGitHub}

// mostAnnotations is how many of each level GitHub shows of a step; it drops the rest in silence.
const mostAnnotations = 10

// githubLevels are the commands that make annotations, and what is counted when there are more.
// One notice is left for the account of what was read.
var githubLevels = []struct {
	command, one, many string
	most               int
}{
	{"error", "check that fails", "checks that fail", mostAnnotations},
	{"warning", "check at risk", "checks at risk", mostAnnotations},
	{"notice", "check that is unproven", "checks that are unproven", mostAnnotations - 1},
}

func writeGitHub(w io.Writer, r *Report, _ page.Style) error {
	b := bufio.NewWriter(w)
	byLevel := make([][]analyze.Ranked, len(githubLevels))
	for _, c := range r.result.Ranked() {
		if level, shown := r.githubLevel(c); shown {
			byLevel[level] = append(byLevel[level], c)
		}
	}
	for i, level := range githubLevels {
		shown := byLevel[i][:min(len(byLevel[i]), level.most)]
		for k, c := range shown {
			more := ""
			if left := len(byLevel[i]) - len(shown); left > 0 && k == len(shown)-1 {
				more = " (and " + unit.Of(left, level.one, level.many) + " more)"
			}
			ci.WriteGitHub(b, ci.Annotation{
				Level: level.command, File: page.ForTerminal(r.planPath()), Line: c.Line, Title: title(c), Text: r.changes.headline(c) + more,
			})
		}
	}
	ci.WriteGitHub(b, ci.Annotation{Level: "notice", Title: "What was read", Text: accountText(r.result.Ledger)})
	return b.Flush()
}

func accountText(l *trace.Ledger) string {
	var lines []string
	for _, n := range account.Notices(l) {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "\n")
}

func (r *Report) githubLevel(c analyze.Ranked) (level int, shown bool) {
	switch {
	case r.fails(c.State), wasNotSeen(c):
		return 0, true
	case c.State == analyze.AtRisk:
		return 1, true
	case c.State == analyze.Unproven:
		return 2, true
	}
	return 0, false
}

func title(c analyze.Ranked) string {
	return page.Say(page.Name(c.Verdict.Journey.Name), ": ", page.Name(c.Text)).Escaped(page.ForTerminal)
}
