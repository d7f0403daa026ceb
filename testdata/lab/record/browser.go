package record

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// The shop as people see it: a page in Chromium, with OpenTelemetry's browser
// packages. Each page is loaded as by somebody who has never been there; the
// fault, where there is one, is in every load.
const (
	browserDNS = "127.0.0.53" // at port 53, for which a resolver's file has no place
	browserWWW = "storefront -> www.shop.test"
	browserCDN = "storefront -> static.shop.test"
	toServer   = "storefront -> web, " + browserWWW // where the trace has the server, and where it has not
	ofAFile    = browserCDN + ", storefront"        // whose script or page it is that waits for a file of theirs
	heroes     = "https://static.shop.test/img/hero-*.jpg"
	browserURL = "https://www.shop.test/catalog/"
)

var browserSystem = system{name: "browser", prepare: "prepare", load: "browse", cast: browserCast, browser: true}

// browserCast is the part of the shop that a page needs, a forwarder in front
// of it that a fault can slow, and two hosts that export nothing.
func browserCast() []process {
	var list []process
	for _, p := range shop() {
		if p.role == "inventory" || p.role == "recommendations" || p.name == "web-eu" {
			list = append(list, p)
		}
	}
	list = append(wires()[:1],
		append(list,
			process{name: "wire-www", role: "wire", ip: "127.0.20.1", port: 443, names: []string{"www"}, env: settings{"TARGET": "127.0.10.1:18443"}},
			process{name: "static", role: "static", ip: "127.0.20.2", port: 443, names: []string{"static"}},
			process{name: "partner", role: "partner", ip: "127.0.20.3", port: 443, names: []string{"partner"}},
		)...)
	names := process{name: "names-of-browser", role: "names", env: settings{"ADDR": browserDNS + ":53"}}
	names.env["LAB_ZONE"] = zone(list) + " otel=" + strings.TrimSuffix(browserCollector, ":14318")
	return append([]process{names}, list...)
}

// views are what a page is loaded as: with the meta tag by which a page
// continues the trace of the server that rendered it, and without.
var views = []struct {
	name    string
	changes changes
}{
	{"meta", nil},
	{"no-meta", changes{"web-*": {"PAGE_META": "off"}}},
}

// bare are the pages that are recorded without the meta tag, too: a healthy one,
// and one fault for each place that a fault can be in.
var bare = []string{"healthy", "slow-query", "slow-dns", "late-image"}

var (
	browserLoad = settings{"BROWSE_PAGES": "30", "BROWSE_URL": browserURL, "BROWSER_DNS": browserDNS}
	browserBoth = changes{"inventory": {"INVENTORY_QUERY_MS": "15"}}
)

// browserPages are a healthy page and its faults; the layers are those of a
// page: what part of the largest paint or of the interaction grows.
func browserPages() []fault {
	return []fault{
		{
			name: "healthy", about: "nothing is wrong with the page", journey: "/catalog/{id}", load: settings{"BROWSE_PAGES": "40"},
			spared: []string{"dns", "tls", "redirect", "discovery", "download", "render", "db", "processing"},
		},
		{
			name: "slow-dns", about: "the name server takes 300 ms for the name of the page", journey: "/catalog/{id}",
			faulty: changes{"names-of-browser": {"SLOW_NAME": "www", "SLOW_MS": "300"}},
			inject: []injection{{Source: "names.slow", Service: "storefront", Edge: browserWWW, What: "late answers about www.shop.test", MS: 300, Share: 1, Part: "ttfb.dns"}},
			expect: expectation{Layer: "dns", Service: "storefront", Place: toServer, Resource: browserURL + "*"},
			spared: []string{"connect", "tls", "web", "download", "render"},
		},
		{
			name: "slow-tls", about: "what the browser sends first on a connection to the page's host arrives 250 ms late: the handshake is slow and nothing after it", journey: "/catalog/{id}",
			faulty: changes{"wire-www": {"HELLO_MS": "250"}},
			inject: []injection{{Source: "wire.hello", Service: "storefront", Edge: browserWWW, What: "a late ClientHello", MS: 250, Share: 1, Part: "ttfb.tls"}},
			expect: expectation{Layer: "tls", Service: "storefront", Place: toServer, Resource: browserURL + "*"},
			spared: []string{"dns", "web", "download", "render"},
		},
		{
			name: "slow-image", about: "the host of files takes 400 ms longer for the hero, which is the largest paint", journey: "/catalog/{id}",
			faulty: changes{"static": {"DIAL_STATIC_HERO": "400@1"}},
			inject: []injection{{Source: "static.hero", Service: "storefront", Edge: browserCDN, What: "a late first byte of the hero", MS: 400, Share: 1, Part: "lcp.load_duration"}},
			expect: expectation{Layer: "download", Service: "storefront", Place: browserCDN, Resource: heroes, Also: []string{"external", "network"}},
			spared: []string{"web", "db", "discovery", "render"},
		},
		{
			name: "late-image", about: "no tag names the hero: a script asks for it 400 ms after it has been started", journey: "/catalog/{id}",
			faulty: changes{"web-*": {"DIAL_PAGE_HERO": "400@1"}},
			inject: []injection{{Source: "page.hero", Service: "storefront", What: "a timer before the hero's address is known; and the script itself must arrive first", MS: 400, Share: 1, Part: "lcp.load_delay"}},
			expect: expectation{Layer: "discovery", Service: "storefront", Place: ofAFile, Resource: heroes},
			spared: []string{"web", "db", "download", "render"},
		},
		{
			name: "blocking-css", about: "the host of files takes 400 ms longer for the style sheet, without which nothing is painted", journey: "/catalog/{id}",
			faulty: changes{"static": {"DIAL_STATIC_CSS": "400@1"}},
			inject: []injection{{Source: "static.css", Service: "storefront", Edge: browserCDN, What: "a late first byte of a style sheet that blocks rendering", MS: 400, Share: 1, Part: "lcp.render_delay"}},
			expect: expectation{Layer: "render", Service: "storefront", Place: ofAFile, Resource: "https://static.shop.test/css/shop.css"},
			spared: []string{"web", "db", "discovery"},
			notes:  "the hero is there long before it can be painted. Part of the 400 ms passes while the hero is loaded: its render delay grows by the rest.",
		},
		{
			name: "busy-click", about: "the handler of the button keeps the main thread for 300 ms before it asks the server", journey: "click #add",
			faulty: changes{"web-*": {"DIAL_PAGE_CLICK": "300@1"}},
			inject: []injection{{Source: "page.click", Service: "storefront", What: "a loop in the handler of a click", MS: 300, Share: 1, Part: "inp.processing"}},
			expect: expectation{Layer: "processing", Service: "storefront", Place: "storefront", Resource: "#add"},
			spared: []string{"web", "db", "network"},
		},
		{
			name: "slow-query", about: "inventory's statement takes 300 ms longer in PostgreSQL, for the page and for its click", journey: "/catalog/{id}",
			faulty: changes{"inventory": {"DIAL_INVENTORY_QUERY": "300@1"}},
			inject: []injection{{Source: "inventory.query", Service: "inventory", Edge: "inventory -> postgresql", What: "pg_sleep in the statement", MS: 300, Share: 1, Part: "ttfb.request"}},
			expect: expectation{Layer: "db", Service: "inventory", Place: "inventory -> postgresql", Resource: browserURL + "*"},
			spared: []string{"app", "network", "download", "render", "processing"},
			bare:   &expectation{Layer: "external", Service: "storefront", Place: browserWWW, Also: []string{"network", "untraced"}, Resource: browserURL + "*"},
			notes:  "without the meta tag the page's trace ends at the request.",
		},
		{
			name: "redirects", about: "the link is three moves old: /p/ to /item/ to /products/ to /catalog/, each of which takes 100 ms", journey: "/catalog/{id}",
			faulty: changes{"web-*": {"DIAL_WEB_HOP": "100@1"}, "load": {"BROWSE_URL": "https://www.shop.test/p/"}},
			inject: []injection{{Source: "web.hop", Service: "storefront", Edge: browserWWW, What: "three redirects of 100 ms", MS: 300, Share: 1, Part: "ttfb.waiting"}},
			expect: expectation{Layer: "redirect", Service: "storefront", Place: toServer, Resource: browserURL + "*"},
			spared: []string{"dns", "tls", "db", "download", "render"},
			notes:  "the server's spans of the redirects are traces of their own, and no record of a page says the address that was asked for first.",
		},
	}
}

// recordBrowser records one page as it is looked at.
func (l lab) recordBrowser(ctx context.Context, name, out string) error {
	f, err := find(name, browserPages)
	if err != nil {
		return err
	}
	f.load, f.both, f.of = merge(settings{}, browserLoad, f.load), browserBoth, &browserSystem
	out = filepath.Join(out, name)
	sides := map[string]counts{}
	var journal []entry
	for _, v := range views {
		if v.name == "no-meta" && !slices.Contains(bare, name) {
			continue
		}
		sc := f.scene(l, false)
		sc.changes = append(sc.changes, f.faulty, v.changes)
		c, s, err := l.take(ctx, sc, v.name, filepath.Join(out, v.name))
		if err != nil {
			return err
		}
		if c.Failed > 0 {
			return fmt.Errorf("%s: %d of %d roots failed; see the logs in %s", v.name, c.Failed, c.Traces, s.dir)
		}
		more, err := readJournal(s.dir)
		if err != nil {
			return err
		}
		journal = append(journal, more...)
		sides[v.name] = c
	}
	return writeTruth(filepath.Join(out, "truth.json"), f, l, sides, journal)
}
