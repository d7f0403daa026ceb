package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// A load is a page and the request that it was loaded by, and how the page names it.
type load struct {
	request, start, server, fetch int
	inLoad                        bool // documentLoad has the link, not documentFetch
}

func someLoads(t *rapid.T) (loads []load) {
	for i := range rapid.IntRange(1, 20).Draw(t, "loads") {
		loads = append(loads, load{
			request: i + 1, start: rapid.IntRange(0, 1000).Draw(t, "start"), server: rapid.IntRange(1, 20).Draw(t, "server"),
			fetch: rapid.IntRange(20, 40).Draw(t, "fetch"), inLoad: rapid.Bool().Draw(t, "link of the load"),
		})
	}
	return loads
}

// link spells the link to the request of a load.
func (l load) link(named bool) string {
	if !named {
		return "links=[]"
	}
	return fmt.Sprintf(`links=[{"traceId":"%032x","spanId":"%016x"}]`, l.request, 1000*l.request)
}

func (l load) at(from, to int) []string {
	const epoch = 1780000000000000000
	return []string{fmt.Sprintf(`startTimeUnixNano="%d"`, epoch+from*1_000_000), fmt.Sprintf(`endTimeUnixNano="%d"`, epoch+to*1_000_000)}
}

// spans spells the spans of a load, each in a document of its own: a page that is the child of its request, as a meta tag
// makes it, or one of another trace with a link.
func (l load) spans(linked bool) []string {
	id, page, parent := 1000*l.request, fmt.Sprintf("%032x", l.request), fmt.Sprintf(`parentSpanId="%016x"`, 1000*l.request)
	if linked {
		page, parent = fmt.Sprintf("%032x", 1<<40+7919*l.request), `parentSpanId=""`
	}
	one := func(id int, in, trace, parent, name string, from, to int, more ...string) string {
		fields := slices.Concat([]string{fmt.Sprintf("traceId=%q", trace), parent, fmt.Sprintf("name=%q", name)}, l.at(from, to), more)
		return strings.Replace(doc(span(id, fields...)), `"resource":{}`, `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"`+in+`"}}]}`, 1)
	}
	below := func(id int) string { return fmt.Sprintf(`parentSpanId="%016x"`, id) }
	request := fmt.Sprintf("%032x", l.request)
	return []string{
		one(id, "api", request, `parentSpanId=""`, "GET", l.start+5, l.start+5+l.server, "kind=2"),
		one(id+1, "api", request, below(id), "query", l.start+5, l.start+5+l.server/2, "kind=3"),
		one(id+2, "web", page, parent, "documentLoad", l.start, l.start+100, l.link(linked && l.inLoad)),
		one(id+3, "web", page, below(id+2), "documentFetch", l.start, l.start+l.fetch, l.link(linked && !l.inLoad)),
		one(id+4, "web", page, below(id+2), "resourceFetch", l.start+l.fetch, l.start+90),
	}
}

// treesOf spells all traces as they are assembled: who is below whom, and when.
func treesOf(t testing.TB, s *Spans) string {
	t.Helper()
	var out []string
	for spans := range s.Traces() {
		tr := trace.Assemble(spans, trace.Options{})
		text := ""
		for i := range tr.Spans {
			sp := &tr.Spans[i]
			text += fmt.Sprint(tr.ID, " ", sp.ID, " below ", sp.Parent, " ", sp.Sig.Service, " ", sp.Sig.Name, " ", sp.Start, " to ", sp.End, "\n")
		}
		out = append(out, text)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestAPageThatLinksToItsRequestIsAsIfAMetaTagNamedIt(t *testing.T) {
	testkit.Check(t, 8, func(rt *rapid.T) {
		var tagged, linked []string
		for _, l := range someLoads(rt) {
			tagged, linked = append(tagged, l.spans(false)...), append(linked, l.spans(true)...)
		}
		linked = rapid.Permutation(linked).Draw(rt, "order")
		limit := rapid.SampledFrom([]int64{0, 1, 5000, 50_000}).Draw(rt, "limit")
		s := read(t, strings.Join(linked, "\n"), Options{MaxMemory: limit, Workers: rapid.IntRange(1, 3).Draw(rt, "workers")})
		defer s.Close()
		whole := read(t, strings.Join(tagged, "\n"), Options{})
		if a, b := treesOf(t, s), treesOf(t, whole); a != b {
			rt.Fatalf("linked, with a limit of %d:\n%s\nwith a meta tag:\n%s", limit, a, b)
		}
		balanced(t, s)
		want(t, "once more", treesOf(t, s), treesOf(t, whole))
	})
}

// notesOf counts what is noted of pages.
func notesOf(s *Spans) string {
	counts := map[string]int{}
	for spans := range s.Traces() {
		for _, n := range trace.Assemble(spans, trace.Options{}).Notes {
			if strings.HasPrefix(n.Code.ID, "page-") {
				counts[n.Code.ID]++
			}
		}
	}
	return strings.TrimPrefix(fmt.Sprint(counts), "map")
}

func TestWhichPageHasARequestDoesNotDependOnOrderOrMemory(t *testing.T) {
	a, b := load{request: 1, server: 10, fetch: 30, inLoad: true}, load{request: 1, start: 500, server: 10, fetch: 30}
	again := strings.Join(b.spans(true)[2:], "\n") // the same page out of a cache, for somebody else
	again = strings.ReplaceAll(again, fmt.Sprintf("%032x", 1<<40+7919), fmt.Sprintf("%032x", 1<<41))
	first := strings.Join(a.spans(true), "\n")
	lost := load{request: 2, start: 900, server: 10, fetch: 30}
	rest := strings.Join(lost.spans(true)[2:], "\n") // its request was not read
	for _, text := range []string{first + "\n" + again + "\n" + rest, rest + "\n" + again + "\n" + first} {
		for _, limit := range []int64{0, 1, 5000} {
			s := read(t, text, Options{MaxMemory: limit})
			want(t, fmt.Sprint("with a limit of ", limit), notesOf(s), "[page-linked:1 page-linked-apart:2]")
			for _, sp := range all(s) {
				if sp.Sig.Name == "documentLoad" && sp.Trace == (trace.ID{Lo: 1}) && sp.Start != 1780000000000000000 {
					t.Errorf("with a limit of %d the request is that of the page that began at %d", limit, sp.Start)
				}
			}
			s.Close()
		}
	}
}

// Splunk's SDK writes what Server-Timing said as two attributes, others the header.
func TestServerTimingNamesTheRequestOfAPage(t *testing.T) {
	l := load{request: 1, server: 10, fetch: 30}
	linked, tagged := strings.Join(l.spans(true), "\n"), strings.Join(l.spans(false), "\n")
	id, spanID := fmt.Sprintf("%032x", 1), fmt.Sprintf("%016x", 1000)
	header := "cdn-cache;desc=HIT, traceparent;desc=\"00-" + id + "-" + spanID + "-01\""
	text := func(key, value string) string {
		return fmt.Sprintf(`{"key":%q,"value":{"stringValue":%q}}`, key, value)
	}
	for what, attrs := range map[string]string{
		"two attributes": text("link.traceId", id) + "," + text("link.spanId", spanID),
		"the header":     text("http.response.header.server-timing", header),
		"its values":     fmt.Sprintf(`{"key":"http.response.header.server-timing","value":{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":%q}]}}}`, header),
		"older":          text("http.response.header.server_timing", strings.ReplaceAll(header, `"`, "'")),
	} {
		named := strings.Replace(linked, l.link(true)[len("links="):], "[]", 1)
		named = strings.Replace(named, `"name":"documentFetch"`, `"name":"documentFetch","attributes":[`+attrs+`]`, 1)
		keep := func(key string) bool { return slices.Contains(page.RequestKeys, key) }
		for _, o := range []Options{{}, {Keep: keep}, {Keep: keep, MaxMemory: 1}} {
			s := read(t, named, o)
			want(t, what, treesOf(t, s), treesOf(t, read(t, tagged, Options{})))
			for _, sp := range all(s) {
				if o.Keep != nil && len(sp.Sig.Attrs) > 0 {
					t.Errorf("%s: %s has %v in its signature, which differs from page to page", what, sp.Sig.Name, sp.Sig.Attrs)
				}
			}
			s.Close()
		}
	}
	for _, broken := range []string{"", "traceparent;desc=", header[:len(header)-8], strings.Replace(header, id, strings.Repeat("0", 32), 1), strings.Replace(header, id, strings.Repeat("x", 32), 1)} {
		named := strings.Replace(linked, l.link(true)[len("links="):], "[]", 1)
		named = strings.Replace(named, `"name":"documentFetch"`, `"name":"documentFetch","attributes":[`+text("http.response.header.server-timing", broken)+`]`, 1)
		want(t, broken, notesOf(read(t, named, Options{})), "[page-alone:1]")
	}
}

func TestAPageWhoseRequestWasNotReadKeepsItsID(t *testing.T) {
	l := load{request: 1, server: 10, fetch: 30}
	for _, limit := range []int64{0, 1} {
		s := read(t, strings.Join(l.spans(true)[2:], "\n"), Options{MaxMemory: limit})
		for spans := range s.Traces() {
			want(t, "id", spans[0].Trace.String(), fmt.Sprintf("%032x", 1<<40+7919))
		}
		s.Close()
	}
}

// Jaeger's JSON holds traces whole, which are handed on before the pages are read that name them.
func TestATraceThatWasTakenEarlyMayBeThatOfAPage(t *testing.T) {
	page := doc(span(9, fmt.Sprintf(`traceId="%032x"`, 77), `name="documentLoad"`, fmt.Sprintf(`links=[{"traceId":"%032x","spanId":"%016x"}]`, 1, 1)))
	var n notebook
	_, err := Read(t.Context(), filesOf(t, jaegerAnswer(jaegerTrace(1, 3)), page), Options{Workers: 1, Sink: n.open})
	if !errors.Is(err, ErrSplit) {
		t.Errorf("%v, want %v", err, ErrSplit)
	}
}
