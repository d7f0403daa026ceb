package page

import (
	"cmp"
	"strings"

	"github.com/longpole/longpole/trace"
)

// Attributes of the spans of resources. They are there where what they say is so.
const (
	Uncompressed = "longpole.page.uncompressed" // text that came as large as it is
	Refetched    = "longpole.page.refetched"    // it came over the network though the same session had it before
	ThirdParty   = "longpole.page.third_party"  // it is from another site
	Hidden       = "longpole.page.hidden"       // its site hides what happened between its beginning and its end
)

// smallest is how large text must be for compressing it to matter: below, it is a packet or two.
const smallest = 4 << 10

// resource names a resource and says what is particular about it.
func (w *weaver) resource(t *Timing, url string) []trace.Attr {
	if t != nil {
		url = cmp.Or(t.URL, url)
	}
	attrs := namedBy(url)
	is := func(key string, so bool) {
		if so {
			attrs = append(attrs, trace.Attr{Key: key, Value: "true"})
		}
	}
	if url == "" {
		return nil
	}
	is(ThirdParty, site(url) != site(w.page.URL))
	if t != nil {
		is(Uncompressed, t.isText() && t.Decoded >= smallest && t.Encoded == t.Decoded && t.Transferred > 0)
		is(Refetched, w.page.had[url] && t.Transferred > 0 && t.Transferred >= t.Encoded && t.Encoded > 0)
		is(Hidden, t.IsHidden())
	}
	return attrs
}

// isText reports whether a resource is of a kind that is text: images, fonts and films are compressed by themselves.
func (t *Timing) isText() bool {
	name := strings.ToLower(withoutFragment(t.URL))
	for _, end := range []string{".css", ".js", ".mjs", ".svg", ".json", ".html", ".xml"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return t.Initiator == "script" || t.Initiator == "navigation"
}

// site returns the end of a URL's host that tells sites apart: its last two names, or three where the last two say
// only which country and kind it is of.
func site(url string) string {
	if _, rest, found := strings.Cut(url, "://"); found {
		url = rest
	}
	host, _, _ := strings.Cut(url, "/")
	host, _, _ = strings.Cut(host, ":")
	names := strings.Split(host, ".")
	n := 2
	if len(names) > 2 && len(names[len(names)-1]) == 2 && len(names[len(names)-2]) <= 3 {
		n = 3
	}
	return strings.Join(names[max(0, len(names)-n):], ".")
}

// remember notes of the pages of one session, in the order in which they began, what each had before it began.
func remember(pages []*Page) {
	seen := map[string]bool{}
	for _, p := range pages {
		p.had = map[string]bool{}
		for _, t := range p.Resources {
			if seen[t.URL] {
				p.had[t.URL] = true
			}
		}
		for _, t := range p.Resources {
			seen[t.URL] = true
		}
	}
}
