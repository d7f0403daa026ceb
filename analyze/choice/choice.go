package choice

import (
	"fmt"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
)

// A Choice says which requests are looked at. The zero Choice is all of them. It may be shared
// between goroutines.
type Choice struct {
	where        *Expr // nil for any
	since, until *trace.Time
}

// New reads a choice; texts that are empty choose everything. A request is chosen if it begins
// at since or later, before until, and the expression is true of it.
func New(where, since, until string) (*Choice, error) {
	var c Choice
	var err error
	if where != "" {
		if c.where, err = ParseExpr(where); err != nil {
			return nil, named("--where", err)
		}
	}
	if c.since, err = parseTime(since); err != nil {
		return nil, named("--since", err)
	}
	if c.until, err = parseTime(until); err != nil {
		return nil, named("--until", err)
	}
	if c.since != nil && c.until != nil && *c.until <= *c.since {
		return nil, &Error{"--until", "", fmt.Sprintf("%s is not after --since %s", until, since), "let the period end after it begins"}
	}
	return &c, nil
}

// IsAll reports whether nothing is left out.
func (c *Choice) IsAll() bool { return c.where == nil && c.since == nil && c.until == nil }

// ByOutcome reports whether requests are chosen by how they went: then their percentiles are not
// those of the requests that there were.
func (c *Choice) ByOutcome() bool { return c.where != nil && c.where.byOutcome }

// Keys lists the attributes that are asked for.
func (c *Choice) Keys() []string {
	if c.where == nil {
		return nil
	}
	return c.where.keys
}

// Chooses says whether a request is chosen, and whether that could be told.
func (c *Choice) Chooses(q *attribute.Candidate) (chosen, told bool) {
	if c.since != nil && q.Start() < *c.since || c.until != nil && q.Start() >= *c.until {
		return false, true
	}
	if c.where == nil {
		return true, true
	}
	return c.where.Of(q)
}

// An Error says what is wrong with a choice, and what may help.
type Error struct{ Flag, At, What, Hint string }

func (e *Error) Error() string {
	if e.At != "" {
		return e.Flag + ": " + e.At + ": " + e.What
	}
	return e.Flag + ": " + e.What
}

func named(flag string, err error) error {
	if e, ok := err.(*Error); ok {
		e.Flag = flag
	}
	return err
}
