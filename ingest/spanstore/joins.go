package spanstore

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

// A page and the request that it was loaded by may be two traces, of which the page's names the other one in a
// link. They come back as one, under the id of the request:
//
//	trace a   documentLoad, links to b, resourceFetch ...  ──┐
//	trace b   GET /, SELECT ...  ────────────────────────────┴─  trace b   documentLoad ... GET /, SELECT ...
//
// Which traces are one is known only when all is read.

// A claim says that a page's trace names a request of another one.
type claim struct {
	page, request trace.ID
	start         int64 // of the page
}

// claimBytes is about what a claim takes, with what it becomes.
const claimBytes = 150

// claim notes which requests the drafted span names, if it is the loading of a page. A document that has a parent is
// where its page's trace says that it is.
func (s *Shard) claim(d *Draft) {
	if !trace.IsPageLoad(string(d.Name)) || d.Parent != 0 && string(d.Name) == trace.DocumentLoad {
		return
	}
	for _, l := range d.Links {
		if l.Trace != d.Trace && l.Span != 0 {
			s.claims = append(s.claims, claim{d.Trace, l.Trace, d.Start})
			s.Hold(claimBytes)
		}
	}
}

// claimsOf returns those of all shards.
func claimsOf(shards []*Shard) (all []claim) {
	for _, s := range shards {
		all = append(all, s.claims...)
	}
	return all
}

// joinsOf says which pages' traces become part of which request's. A request is that of the first page that names it,
// for a page out of a cache names that of whoever asked first; no page is part of another one; and a request that
// was not read, as has reports, takes nothing. The result does not depend on the order of the claims.
func joinsOf(claims []claim, has func(trace.ID) bool) map[trace.ID]trace.ID {
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.start, b.start), compareIDs(a.page, b.page), compareIDs(a.request, b.request))
	})
	isPage := map[trace.ID]bool{}
	for _, c := range claims {
		isPage[c.page] = true
	}
	joins, taken := map[trace.ID]trace.ID{}, map[trace.ID]bool{}
	for _, c := range claims {
		if _, joined := joins[c.page]; !joined && !taken[c.request] && !isPage[c.request] && has(c.request) {
			joins[c.page], taken[c.request] = c.request, true
		}
	}
	return joins
}

// Claims reports whether pages name requests of other traces. A Parting does not join these: they may be of different parts.
func (s *Spans) Claims() bool { return s.claims > 0 }
