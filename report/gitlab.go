package report

import (
	"io"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/sarif"
)

var gitlabFormat = Format{Name: "gitlab", Doc: "for GitLab's code quality widget", Extension: "codequality.json", Gate: true, Write: writeGitLab}

// The types below are GitLab's code quality report.
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
	}
)

var gitlabSeverities = [...]string{analyze.OK: "info", analyze.Unproven: "info", analyze.AtRisk: "minor", analyze.Blown: "critical"}

func writeGitLab(w io.Writer, r *Report, _ page.Style) error {
	issues := []gitlabIssue{}
	for _, c := range r.result.Ranked() {
		if c.State == analyze.OK {
			continue
		}
		_, id := ruleOf(c.Check)
		severity := gitlabSeverities[c.State]
		if r.fails(c.State) {
			severity = "critical"
		}
		issues = append(issues, gitlabIssue{
			Description: r.changes.headline(c), CheckName: id, Fingerprint: fingerprint(c), Severity: severity,
			Location: gitlabLocation{r.gitlabPath(), gitlabLines{max(c.Line, 1)}},
		})
	}
	for _, n := range account.Notices(r.result.Ledger) {
		issues = append(issues, gitlabIssue{
			Description: n.Text, CheckName: n.Code, Fingerprint: sarif.Digest("ledger", n.Code), Severity: "info",
			Location: gitlabLocation{r.gitlabPath(), gitlabLines{1}},
		})
	}
	return page.EncodeJSON(w, issues)
}

// gitlabPath is where the plan stands: GitLab takes no path that begins at the root.
func (r *Report) gitlabPath() string { return strings.TrimLeft(page.ForTerminal(r.planPath()), "/") }
