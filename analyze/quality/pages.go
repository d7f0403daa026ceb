package quality

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// A Page counts the page loads of a service by what they lack.
type Page struct {
	Service   string
	Loads     int
	NoVitals  int // nothing says when they were painted
	NoRequest int // nothing says which request they were loaded by
	NoParts   int // nothing says which part of their time was what
	Hidden    int // a resource on their path hides its timing
}

// addPages counts the page loads of a trace.
func (s *Survey) addPages(t *trace.Trace) {
	for _, root := range t.Roots {
		sig := t.Spans[root].Sig
		isPage := sig.Scope == page.Scope && sig.Name == page.Root
		if !isPage && !sig.IsDocumentLoad() {
			continue
		}
		c := s.pages[sig.Service]
		if c == nil {
			c = &Page{Service: sig.Service}
			s.pages[sig.Service] = c
		}
		asks, hides, untold := below(t, root, sig.Service)
		c.Loads, c.NoVitals = c.Loads+1, c.NoVitals+oneIf(!isPage)
		c.NoParts += oneIf(untold)
		c.NoRequest, c.Hidden = c.NoRequest+oneIf(!asks), c.Hidden+oneIf(hides)
	}
}

// below looks at what is below a page load: whether a server answered it, whether a resource hides its timing, and whether
// nothing says what a part of it was.
func below(t *trace.Trace, root int32, service string) (asks, hides, untold bool) {
	for open := []int32{root}; len(open) > 0; {
		sig := t.Spans[open[0]].Sig
		_, hidden := sig.Attrs.Get(page.Hidden)
		asks, hides = asks || sig.Kind == trace.Server && sig.Service != service, hides || hidden
		untold = untold || sig.Scope == page.Scope && sig.Name == page.Unattributed
		open = append(open[1:], t.Children(open[0])...)
	}
	return asks, hides, untold
}

// pageRows returns the services whose pages lack something, those with most loads first.
func (s *Survey) pageRows() (rows []Page) {
	for _, c := range s.pages {
		if c.NoVitals+c.NoRequest+c.NoParts+c.Hidden > 0 {
			rows = append(rows, *c)
		}
	}
	slices.SortFunc(rows, func(a, b Page) int {
		return cmp.Or(cmp.Compare(b.Loads, a.Loads), cmp.Compare(a.Service, b.Service))
	})
	return rows
}
