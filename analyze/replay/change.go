package replay

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// A Kind is what a change does.
type Kind uint8

// The kinds of changes.
const (
	Set      Kind = iota // time takes a share of what it took, or no more than a limit
	Remove               // calls are not made; time is not spent
	Parallel             // calls are made at once: all begin with the first, and what follows waits for the last
	Cache                // a share of calls is answered by a cache
	Timeout              // calls that take longer fail
	Hedge                // calls that take longer are made once more, and the quicker answer counts
	Servers              // a station has so many servers
)

var kindNames = [...]string{"set", "remove", "parallel", "cache", "timeout", "hedge", "servers"}

// String returns the name of the kind, which is that of its flag.
func (k Kind) String() string { return kindNames[k] }

// A Change is one thing that would be otherwise. Which of its values count its kind says.
type Change struct {
	Kind    Kind
	Of      []Selector     // one; of calls that are made at once, one or more
	Typical bool           // Set: at most what typical requests spend on it
	Share   int64          // Set: of the time, Cache: of the calls, in millionths
	Limit   time.Duration  // Set: of each request, Timeout, Hedge: of each call; -1 if there is none
	Level   quantile.Level // Hedge, unless there is a limit: of how long the calls take
	Station string
	Servers int
	Text    string // as it was asked for
}

// Value returns what follows the flag.
func (c *Change) Value() string { return strings.TrimPrefix(c.Text, "--"+c.Kind.String()+" ") }

// whole is a share of all.
const whole = int64(1_000_000)

// ParseChange reads a change as it follows its flag: of set "LAYER{selector}=typical", of parallel "a,b".
func ParseChange(kind Kind, text string, keysOf func(string) []string) (Change, error) {
	c := Change{Kind: kind, Text: "--" + kind.String() + " " + text, Share: -1, Limit: -1}
	target, value := text, ""
	if kind != Remove && kind != Parallel {
		at := strings.LastIndex(text, "=")
		if at < 0 || at < strings.LastIndex(text, "}") {
			return c, fmt.Errorf("%q says not what becomes of it; write %s", text, forms[kind])
		}
		target, value = text[:at], strings.TrimSpace(text[at+1:])
	}
	if err := c.value(value); err != nil {
		return c, fmt.Errorf("%q: %w", text, err)
	}
	if kind == Servers {
		c.Station = strings.TrimSpace(target)
		return c, nil
	}
	for _, part := range split(kind, target) {
		s, err := ParseSelector(part, keysOf)
		if err != nil {
			return c, err
		}
		c.Of = append(c.Of, s)
	}
	return c, nil
}

// forms are what flags look like.
var forms = [...]string{
	Set: "LAYER{place}=typical, =50%, =0 or =20ms", Remove: "LAYER{place} or a call", Parallel: "a,b", Cache: "CALL=90%",
	Timeout: "CALL=200ms", Hedge: "CALL=p95 or =20ms", Servers: "STATION=3",
}

// split takes a list of calls apart, at commas outside of braces.
func split(kind Kind, text string) (parts []string) {
	if kind != Parallel {
		return []string{text}
	}
	depth, from := 0, 0
	for i, c := range text {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ',' && depth == 0:
			parts, from = append(parts, text[from:i]), i+1
		}
	}
	return append(parts, text[from:])
}

// value reads what becomes of what is selected.
func (c *Change) value(text string) (err error) {
	switch c.Kind {
	case Set:
		return c.amount(text)
	case Cache:
		c.Share, err = share(text)
	case Timeout:
		c.Limit, err = limit(text)
	case Hedge:
		if c.Limit, err = limit(text); err == nil {
			return nil
		}
		if c.Level, err = quantile.ParseLevel(text); err != nil {
			err = fmt.Errorf("%q is no percentile of the calls and no time, such as p95 or 20ms", text)
		}
	case Servers:
		if c.Servers, err = strconv.Atoi(text); err != nil || c.Servers < 1 || c.Servers > mostServers {
			return fmt.Errorf("%q is no number of servers of at least 1", text)
		}
	}
	return err
}

// mostServers is what nobody needs more of.
const mostServers = 1_000_000

func (c *Change) amount(text string) (err error) {
	switch {
	case text == "typical":
		c.Typical = true
	case text == "0":
		c.Share = 0
	case strings.HasSuffix(text, "%"):
		c.Share, err = share(text)
	default:
		c.Limit, err = limit(text)
	}
	return err
}

// share reads a percentage of at most 100 as millionths.
func share(text string) (int64, error) {
	number, percent := strings.CutSuffix(text, "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !percent || !(f >= 0 && f <= 100) {
		return 0, fmt.Errorf("%q is no share from 0%% to 100%%", text)
	}
	return int64(math.Round(f * float64(whole) / 100)), nil
}

func limit(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no time, such as 20ms", text)
	}
	return d, nil
}

// A Scenario is changes that are made at once. Those of time come first, then those of calls, each in the order in
// which they stand, and queues are replayed last.
type Scenario struct{ Changes []Change }

// Terms are those of all selectors, in order.
func (s *Scenario) Terms() (terms []Term) {
	for i := range s.Changes {
		for k := range s.Changes[i].Of {
			terms = append(terms, s.Changes[i].Of[k].Terms...)
		}
	}
	return terms
}

// String returns the changes as flags.
func (s *Scenario) String() string {
	var texts []string
	for i := range s.Changes {
		texts = append(texts, s.Changes[i].Text)
	}
	return strings.Join(texts, " ")
}

// In puts the changes of time before those of calls.
func (s *Scenario) inOrder() []int {
	order := make([]int, len(s.Changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return stage(s.Changes[a].Kind) - stage(s.Changes[b].Kind) })
	return order
}

func stage(k Kind) int {
	switch k {
	case Set:
		return 0
	case Servers:
		return 2
	}
	return 1
}
