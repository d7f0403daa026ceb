package report

import "github.com/longpole/longpole/report/page"

// A Format is a way to write a report.
type Format = page.Format[*Report]

// Formats lists every output in the order of the help: those of every page, and those that are
// about a plan or figures.
var Formats = append(page.Of(page.Formats, func(r *Report) *page.Page { return &r.Page }),
	csvFormat,
	junitFormat,
	sarifFormat,
	githubFormat,
	gitlabFormat,
	openMetricsFormat,
)
