package category

import (
	"fmt"
	"strings"
)

// Markdown returns the tables of the manual: categories, rules in the order in which they are
// tried, and phases in the order in which they count.
func (r *Rules) Markdown() (categories, rules, phases string) {
	var c, u, p strings.Builder
	c.WriteString("| category | what it holds |\n|---|---|\n")
	for _, d := range All {
		fmt.Fprintf(&c, "| `%s` | %s |\n", d.Name, d.Doc)
	}
	u.WriteString("| tier | rule | category | what it claims |\n|---|---|---|---|\n")
	for _, rule := range r.rules {
		fmt.Fprintf(&u, "| %s | `%s` | %s | %s |\n", rule.Tier, rule.Name, rule.categories(), rule.Doc)
	}
	p.WriteString("| phase | category | from | to | what it is |\n|---|---|---|---|---|\n")
	for _, ph := range r.phases {
		fmt.Fprintf(&p, "| `%s` | %s | %s | %s | %s |\n", ph.Rule, ph.Category, orElse(ph.From, "span's start"), orElse(ph.To, "span's end"), ph.Doc)
	}
	return c.String(), u.String(), p.String()
}

func (r *Rule) categories() string {
	if r.Passing == "" {
		return string(r.Category)
	}
	return string(r.Category) + ", around its callee " + string(r.Passing)
}

func orElse(event, otherwise string) string {
	if event == "" {
		return otherwise
	}
	return "`" + event + "`"
}
