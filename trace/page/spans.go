package page

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// Scope is the scope of the spans that are made of pages.
const Scope = "longpole/page"

// The names of these spans.
const (
	Root         = "page"
	FirstByte    = "ttfb"
	LoadDelay    = "load delay"
	LoadDuration = "load duration"
	RenderDelay  = "render delay"
	Blocked      = "render blocked"
	InputDelay   = "input delay"
	Processing   = "processing"
	Presentation = "presentation delay"
	Unattributed = "unattributed" // where nothing says which part it was
	Interaction  = "interaction"  // where nothing says what was done
)

// A weaver makes the spans of one page.
type weaver struct {
	*Pages
	page  *Page
	trace trace.ID
	zero  trace.Time // what times count from
	spans []trace.Span
}

// spansOf returns the spans of the loading of a page, of which the first is its root; none if nothing says when it was painted.
//
//	page            ==============================================
//	  ttfb          =========                                        the server's own spans hang below it
//	  load delay             ========
//	  load duration                  ===========                     what was painted
//	  render delay                              ==================
//	    render blocked                          ======               a style sheet that had to come first
func (p *Pages) spansOf(page *Page, id trace.ID) []trace.Span {
	lcp := page.Vitals["lcp"]
	if lcp == nil || lcp.Value <= 0 {
		return nil
	}
	activation := max(0, page.Document.Or(Activation, 0))
	w := &weaver{Pages: p, page: page, trace: id, zero: page.Origin.Add(activation)}
	painted := page.painted(lcp)
	parts, attributed := page.parts(lcp, painted)
	var url trace.Attrs
	if navigation := cmp.Or(page.Prepared(), lcp.Navigation); navigation != "" && navigation != "navigate" {
		url = append(url, trace.Attr{Key: "browser.web_vital.navigation_type", Value: navigation})
	}
	root := w.add(0, Root, trace.Internal, 0, lcp.Value, append(url, trace.Attr{Key: "url.full", Value: page.URL})...)
	at := time.Duration(0)
	next := func(name string, kind trace.Kind, length time.Duration, attrs ...trace.Attr) *trace.Span {
		s := w.add(root.ID, name, kind, at, at+length, attrs...)
		at += length
		return s
	}
	w.spans[0].More = w.beside(lcp.Value, activation)
	document := next(FirstByte, trace.Client, parts.TTFB, trace.Attr{Key: "url.full", Value: page.URL})
	document.More = w.moments(&page.Document, RedirectStart, ResponseStart)
	resource := w.resource(painted, lcp.Parts.URL)
	which := ofResource(resource)
	if s := next(LoadDelay+which, trace.Internal, parts.LoadDelay, resource...); painted != nil {
		s.More = w.moments(painted, FetchStart, RequestStart)
	}
	next(LoadDuration+which, trace.Client, parts.LoadDuration, resource...)
	from := at
	last := RenderDelay
	if !attributed {
		last = Unattributed
	}
	render := next(last, trace.Internal, parts.RenderDelay)
	for i := range page.Resources {
		w.blocked(render.ID, &page.Resources[i], from, lcp.Value, activation)
	}
	return slices.DeleteFunc(w.spans, func(s trace.Span) bool { return s.Start == s.End })
}

// painted returns the timing of what was painted; nil if that is text, or nobody knows it.
func (page *Page) painted(lcp *Record) *Timing {
	if lcp.Paints.Known() {
		return &lcp.Paints
	}
	for i := range page.Resources {
		if t := &page.Resources[i]; lcp.Parts.URL != "" && t.URL == lcp.Parts.URL {
			return t
		}
	}
	var alike *Timing // spans tell their URLs without what differs from page to page
	for i := range page.Resources {
		t := &page.Resources[i]
		if lcp.Parts.URL == "" || ResourceName(t.URL) != ResourceName(lcp.Parts.URL) {
			continue
		}
		if alike != nil {
			return nil // nobody knows which
		}
		alike = t
	}
	return alike
}

// parts returns the parts of the time to the largest paint: by the timings where they are known, else as the vital says.
// Where neither says what was painted, attributed is false: the last part is then all that came after the first byte.
func (page *Page) parts(lcp *Record, painted *Timing) (parts LCP, attributed bool) {
	said, ok := partsSaid(&lcp.Parts, lcp.Value)
	if _, known := page.Document.At(ResponseStart); !known && ok {
		return said, true
	}
	if ok && painted == nil && said.LoadDelay+said.LoadDuration > 0 {
		return said, true
	}
	isText := lcp.Parts.URL == "" && (ok || lcp.Parts.Target != "")
	if !page.Document.Known() {
		ttfb := min(page.ttfb(), lcp.Value)
		return LCP{TTFB: ttfb, RenderDelay: lcp.Value - ttfb}, false
	}
	return PartsOfLCP(&page.Document, painted, lcp.Value), painted != nil || isText
}

func namedBy(url string) []trace.Attr {
	if url == "" {
		return nil
	}
	return []trace.Attr{{Key: "url.full", Value: url}}
}

// ofResource is what the name of a span says of its resource: where it is on its host.
func ofResource(attrs []trace.Attr) string {
	url, _ := trace.Attrs(attrs).Get("url.full")
	if name := ResourceName(url); strings.Contains(name, "/") {
		return " " + name[strings.IndexByte(name, '/'):]
	}
	return ""
}

// ResourceName is what a resource is called: its host and its path, without what differs from page to page
// and from release to release: img.shop/products/{id}/hero-{id}.jpg
func ResourceName(url string) string {
	url = withoutFragment(url)
	if _, rest, found := strings.Cut(url, "://"); found {
		url = rest
	}
	host, path, _ := strings.Cut(url, "/")
	path = semconv.Fold("/" + path)
	last := strings.LastIndexByte(path, '/') + 1
	return host + path[:last] + foldFile(path[last:])
}

// foldFile puts {id} for each word of a file's name that has a digit; what kind of file it is stays.
func foldFile(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		dot = len(name)
	}
	var b strings.Builder
	for from := 0; from < dot; {
		end := from
		for end < dot && !strings.ContainsRune(".-_", rune(name[end])) {
			end++
		}
		if word := name[from:end]; strings.ContainsAny(word, "0123456789") {
			b.WriteString("{id}")
		} else {
			b.WriteString(word)
		}
		if end < dot {
			b.WriteByte(name[end])
		}
		from = end + 1
	}
	return b.String() + name[dot:]
}

// moments returns the moments of a timing as events.
func (w *weaver) moments(t *Timing, from, to Moment) *trace.More {
	var events []trace.Event
	add := func(name string, at time.Duration) {
		events = append(events, trace.Event{Name: name, At: w.page.Origin.Add(at)})
	}
	for m := from; m <= to; m++ {
		if at, ok := t.At(m); ok {
			add(m.String(), at)
		}
	}
	if _, said := t.At(RedirectEnd); !said && t.Redirects > 0 && from <= RedirectEnd {
		if at, ok := t.At(FetchStart); ok { // browsers fetch the document once they have been redirected
			add(RedirectEnd.String(), at)
		}
	}
	if len(events) == 0 {
		return nil
	}
	slices.SortStableFunc(events, func(a, b trace.Event) int { return cmp.Compare(a.At, b.At) })
	return &trace.More{Events: events}
}

// blocked adds a resource without which nothing could be painted, if it came late.
func (w *weaver) blocked(parent trace.SpanID, t *Timing, from, to, activation time.Duration) {
	if !t.Blocking {
		return
	}
	begin, end := max(from, t.Or(FetchStart, 0)-activation), min(to, t.Or(ResponseEnd, 0)-activation)
	if begin < end {
		resource := w.resource(t, "")
		w.add(parent, Blocked+ofResource(resource), trace.Internal, begin, end, resource...)
	}
}

// interaction returns the spans of the slowest interaction with a page, in a trace of its own.
func (p *Pages) interaction(page *Page) []trace.Span {
	inp := page.Vitals["inp"]
	if inp == nil || inp.Value <= 0 || inp.At <= 0 {
		return nil
	}
	w := &weaver{Pages: p, page: page, trace: page.traceID("interaction"), zero: inp.At}
	parts, attributed := partsOfINP(&inp.Parts, inp.Value)
	middle := Processing
	if !attributed {
		middle = Unattributed
	}
	url := trace.Attr{Key: "url.full", Value: page.URL}
	root := w.add(0, interactionName(&inp.Parts), trace.Internal, 0, inp.Value, url)
	var script []trace.Attr
	if inp.Parts.Script != "" {
		script = namedBy(inp.Parts.Script)
	}
	at := time.Duration(0)
	for _, part := range []struct {
		name   string
		length time.Duration
		attrs  []trace.Attr
	}{{InputDelay, parts.InputDelay, nil}, {middle, parts.Processing, script}, {Presentation, parts.Presentation, nil}} {
		w.add(root.ID, part.name, trace.Internal, at, at+part.length, part.attrs...)
		at += part.length
	}
	return slices.DeleteFunc(w.spans, func(s trace.Span) bool { return s.Start == s.End })
}

// interactionName says what was done to what, as far as that is known.
func interactionName(p *Parts) string {
	if p.Target == "" {
		return Interaction
	}
	event := cmp.Or(p.Event, Interaction)
	switch event {
	case "pointer":
		event = "click"
	case "keyboard":
		event = "key"
	}
	words := strings.Split(p.Target, ">")
	return event + " " + words[len(words)-1]
}

func (w *weaver) add(parent trace.SpanID, name string, kind trace.Kind, from, to time.Duration, attrs ...trace.Attr) *trace.Span {
	s := trace.Span{
		Trace: w.trace, ID: spanID(w.trace, name, len(w.spans)), Parent: parent,
		Start: w.zero.Add(from), End: w.zero.Add(to), Sig: w.signature(name, kind, attrs),
	}
	if cap(w.spans) == 0 {
		w.spans = make([]trace.Span, 0, 8+len(w.page.Resources))
	}
	w.spans = append(w.spans, s)
	return &w.spans[len(w.spans)-1]
}

// signature returns the signature of spans alike; they share it.
func (w *weaver) signature(name string, kind trace.Kind, attrs []trace.Attr) *trace.Signature {
	b := strings.Builder{}
	for _, text := range []string{w.page.Service, w.page.Host, kind.String(), name} {
		b.WriteString(text)
		b.WriteByte(0)
	}
	for _, list := range []trace.Attrs{attrs, w.page.Resource} {
		for _, a := range list {
			b.WriteString(a.Key + "\x00" + a.Value + "\x00")
		}
		b.WriteByte(1)
	}
	sig := w.sigs[b.String()]
	if sig == nil {
		own := slices.DeleteFunc(slices.Clone(trace.Attrs(attrs)), func(a trace.Attr) bool { return a.Value == "" })
		sig = &trace.Signature{Service: w.page.Service, Host: w.page.Host, Scope: Scope, Name: name, Kind: kind, Attrs: own.Sort(), Resource: w.page.Resource}
		w.sigs[b.String()] = sig
	}
	return sig
}

// traceID returns the id of a trace that is made of a page alone. It rests on the ids that the vitals have by themselves,
// if they have any, so that how far the clock is off changes nothing in the order of traces.
func (page *Page) traceID(what string) trace.ID {
	h := fnv.New128a()
	b := []byte(what + "\x00" + page.Service + "\x00" + page.Session + "\x00")
	ids := len(b)
	for _, name := range vitalNames {
		if v := page.Vitals[name]; v != nil {
			b = append(b, v.ID...)
		}
	}
	if len(b) == ids {
		b = binary.BigEndian.AppendUint64(b, uint64(page.Origin))
	}
	h.Write(b)
	sum := h.Sum(nil)
	return trace.ID{Hi: binary.BigEndian.Uint64(sum), Lo: binary.BigEndian.Uint64(sum[8:]) | 1}
}

func spanID(id trace.ID, name string, n int) trace.SpanID {
	h := fnv.New64a()
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64([]byte(name), id.Hi), id.Lo)
	h.Write(binary.BigEndian.AppendUint64(b, uint64(n)))
	return trace.SpanID(h.Sum64() | 1)
}
