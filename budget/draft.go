package budget

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/strictyaml"
)

// A Draft is a plan that somebody is to finish: what traces show today, with room for it.
type Draft struct {
	Heading  []string // lines of comment
	Journeys []DraftJourney
}

// A DraftJourney is a journey of a draft.
type DraftJourney struct {
	Name           string
	Service, Route string // of its root; either may be empty, not both
	Varies         bool   // an {id} in the route stands for any text
	Remark         string // one line of comment
	Target         time.Duration
	Rank           Rank
	Vital          string           // which the target is a limit of, "lcp" or "inp"; empty for what is no page
	Tail           time.Duration    // limit of the same at p95; 0 if it has none
	First          [2]time.Duration // limits of the first byte of a page, at Rank and at p95; 0 if it has none
	Layers         []DraftLayer
}

// A DraftLayer is a layer of a draft: of a category or a cause, or the rest if it has neither.
type DraftLayer struct {
	Category category.Category
	Cause    category.Cause
	Sudden   bool // it takes little or nothing today, and has a line for the day on which it does
	Budget   time.Duration
	Remark   string
}

// Add adds a journey. Of journeys that only what is below their roots tells apart, as operations
// of GraphQL, a plan can have but one, which has all their requests.
func (d *Draft) Add(j DraftJourney) {
	for i := range d.Journeys {
		if o := &d.Journeys[i]; o.Service == j.Service && o.Route == j.Route {
			o.Name = strings.TrimSpace(o.Service + " " + o.Route)
			return
		}
	}
	d.Journeys = append(d.Journeys, j)
}

// Name returns the layer's name.
func (l DraftLayer) Name() string {
	switch {
	case l.Cause != "":
		return string(l.Cause)
	case l.Category != "":
		return string(l.Category)
	}
	return "rest"
}

// YAML writes the draft as a plan file. Names are from traces and may hold anything: they are
// quoted, and what a plan cannot hold is left out of them.
func (d Draft) YAML() []byte {
	var b strings.Builder
	for _, line := range d.Heading {
		b.WriteString("# " + oneLine(line) + "\n")
	}
	b.WriteString("version: 1\njourneys:\n")
	taken := map[string]bool{}
	for _, j := range d.Journeys {
		j.write(&b, unique(journeyName(j.Name), taken))
	}
	return []byte(b.String())
}

func (j DraftJourney) write(b *strings.Builder, name string) {
	fmt.Fprintf(b, "  %s:\n", quote(name))
	b.WriteString("    # owner: whom to ask\n")
	fmt.Fprintf(b, "    root: {%s}\n", j.root())
	if j.Remark != "" {
		b.WriteString("    # " + oneLine(j.Remark) + "\n")
	}
	if j.Target == 0 {
		return
	}
	b.WriteString(j.limits() + "    layers:   # in order: the first that takes a stretch of time has it\n")
	for _, l := range j.Layers {
		fmt.Fprintf(b, "      %s: {%s}   # %s\n", l.Name(), l.fields(), oneLine(l.Remark))
	}
	fmt.Fprintf(b, "    # assert: [\"p99 < %s\", \"regression(%s) < 5%%\", \"errors.share < 1%%\"]\n", 2*j.Target, j.Rank)
}

// limits are the lines of the target, and of the tail of a page beside it.
func (j DraftJourney) limits() string {
	if j.Vital == "" {
		return fmt.Sprintf("    target: %s < %s\n", j.Rank, j.Target)
	}
	line := func(name string, at, tail time.Duration) string {
		switch {
		case at == 0:
			return ""
		case tail == 0:
			return fmt.Sprintf("    %s: %s < %s\n", name, j.Rank, at)
		}
		return fmt.Sprintf("    %s: [%s < %s, p95 < %s]\n", name, j.Rank, at, tail)
	}
	return line(j.Vital, j.Target, j.Tail) + line(ttfb, j.First[0], j.First[1])
}

func (j DraftJourney) root() string {
	var parts []string
	if j.Service != "" {
		parts = append(parts, "service: "+quote(literal(j.Service)))
	}
	if j.Route != "" {
		route := literal(j.Route)
		if j.Varies {
			route = strings.ReplaceAll(route, "{id}", "*")
		}
		parts = append(parts, "route: "+quote(route))
	}
	return strings.Join(parts, ", ")
}

func (l DraftLayer) fields() string {
	parts := []string{"budget: " + l.Budget.String()}
	if l.Category != "" {
		parts = append(parts, "category: "+string(l.Category))
	}
	if l.Cause != "" {
		parts = append(parts, "cause: "+string(l.Cause))
	}
	return strings.Join(parts, ", ")
}

// literal is the glob that covers text and nothing else.
func literal(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(text)
}

// quote writes a text as YAML's double-quoted style, which spells what Go's does.
func quote(text string) string { return strconv.QuoteToASCII(text) }

// journeyName makes a name that a plan can hold.
func journeyName(name string) string {
	name = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == unicode.ReplacementChar {
			return -1
		}
		return c
	}, name)
	if name = strings.TrimSpace(strings.ToValidUTF8(name[:min(len(name), 90)], "")); name == "" {
		return "unnamed"
	}
	return name
}

func unique(name string, taken map[string]bool) string {
	tried := name
	for n := 2; taken[tried]; n++ {
		tried = fmt.Sprintf("%s (%d)", name, n)
	}
	taken[tried] = true
	return tried
}

// oneLine keeps a comment on its line.
func oneLine(text string) string {
	return strictyaml.Printable(strings.Join(strings.Fields(text), " "))
}
