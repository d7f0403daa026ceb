package frontend

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace/page"
)

// A Side is whose time it is.
type Side uint8

// The sides.
const (
	Frontend Side = iota
	Backend
	Between
	Untold // nothing says what it was
)

// A Share is the time of a side.
type Share struct {
	Side Side
	Time time.Duration
}

// ofPages are the categories that nothing but a page, or an interaction with one, has.
var ofPages = []category.Category{category.Discovery, category.Download, category.Input, category.Handling, category.Painting}

// ofInteractions are those of them that nothing but an interaction has.
var ofInteractions = []category.Category{category.Input, category.Handling, category.Painting}

// IsPage reports whether cells are of a page of a service, or of an interaction with one.
func IsPage(service string, cells []analyze.CellShare) bool {
	return slices.ContainsFunc(cells, func(c analyze.CellShare) bool {
		return c.Cell.Service == service && (slices.Contains(ofPages, c.Cell.Category) || isStep(c.Cell, page.RenderDelay) && c.Cell.Category == category.Render || isStep(c.Cell, page.Unattributed))
	})
}

// VitalOf returns which vital the time of a journey is, "lcp" of a page and "inp" of an interaction with one; "" if it is none.
func VitalOf(service string, cells []analyze.CellShare) string {
	switch {
	case !IsPage(service, cells):
		return ""
	case slices.ContainsFunc(cells, func(c analyze.CellShare) bool { return slices.Contains(ofInteractions, c.Cell.Category) }):
		return "inp"
	}
	return "lcp"
}

func isStep(c *analyze.Cell, name string) bool { return c.Operation == c.Service+" "+name }

// ResourceOf returns the resource that a step of a page is about: its path; "" if it is about none.
func ResourceOf(c *analyze.Cell) string {
	for _, name := range []string{page.LoadDelay, page.LoadDuration, page.Blocked, page.Processing} {
		if path, of := strings.CutPrefix(c.Operation, c.Service+" "+name+" "); of {
			return path
		}
	}
	return ""
}

// IsOfDocument reports whether a cell is a part of the way to a page's first byte: of what was done before a server had
// its request.
func IsOfDocument(c *analyze.Cell) bool {
	switch c.Category {
	case category.Redirect, category.DNS, category.Connect, category.TLS:
		return isStep(c, page.FirstByte)
	}
	return false
}

// Shares divides the cells of a page of a service between the sides, the largest first.
func Shares(service string, cells []analyze.CellShare) []Share {
	out := []Share{{Side: Frontend}, {Side: Backend}, {Side: Between}, {Side: Untold}}
	for _, c := range cells {
		out[sideOf(service, c.Cell)].Time += c.Time
	}
	slices.SortStableFunc(out, func(a, b Share) int { return -cmp.Compare(a.Time, b.Time) })
	return out
}

func sideOf(service string, c *analyze.Cell) Side {
	switch {
	case c.Service != service:
		return Backend
	case isStep(c, page.Unattributed):
		return Untold
	case c.Category == category.DNS || c.Category == category.Connect || c.Category == category.TLS || c.Category == category.Network || c.Category == category.Redirect:
		return Between
	case AwaitsServer(c):
		return Backend
	}
	return Frontend
}

// AwaitsServer reports whether a cell is of waiting for a page's first byte from a server that has no span in its trace.
func AwaitsServer(c *analyze.Cell) bool {
	return isStep(c, page.FirstByte) && (c.Category == category.External || c.Category == category.Untraced)
}
