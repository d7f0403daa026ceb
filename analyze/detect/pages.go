package detect

import (
	"time"

	"github.com/longpole/longpole/analyze/detect/pages"
	"github.com/longpole/longpole/budget"
)

// What can be wrong with pages. Each looks at what one page lost at one place, and speaks of it from so much time on.

const least = "least"

var lateResource = Detector{
	ID: "LP022", Name: "late-resource",
	Means:    "A page asks late for what it shows first: a script or a style sheet knows of it, not the document.",
	Evidence: "Time between the page's first byte and the request of what is painted last.",
	Alike:    "Opening a connection to another host, which is counted as that; a page whose first byte is late.",
	Remedy:   "Put the image into the document's HTML, or preload it there; do not load it lazily; give it fetchpriority=high.",
	Says:     "{requests} of {of} page loads ask for it late, half of them {lost} or more after they could have",
	Params:   []budget.Parameter{duration(least, "of a page load, from its first byte to the request", 200*time.Millisecond)},
	OfPages:  true,
	begin:    pageLosses("LP022", pages.Late),
}

var renderBlocking = Detector{
	ID: "LP023", Name: "render-blocking",
	Means:    "A style sheet or script keeps a page from being painted though what it shows is there.",
	Evidence: "Resources that the browser says block rendering, still being fetched when what is painted last was there.",
	Alike:    "Scripts that run for long, which no timing of a resource shows; style sheets that are there in time.",
	Remedy:   "Put the styles of what is seen first into the document, load the rest later, and defer scripts.",
	Says:     "{requests} of {of} page loads wait for it, half of them {lost} or longer",
	Params:   []budget.Parameter{duration(least, "of a page load", 50*time.Millisecond)},
	OfPages:  true,
	begin:    pageLosses("LP023", pages.Blocking),
}

var redirects = Detector{
	ID: "LP024", Name: "redirects",
	Means:    "A page is sent elsewhere, once or more, before it is fetched.",
	Evidence: "A count of redirects, or their times, in the timing of the document.",
	Alike:    "What the browser does before it fetches: leaving the last page, starting a process, a service worker.",
	Remedy:   "Link to where the page is; answer the first request with the page; let one redirect say all.",
	Says:     "{requests} of {of} page loads are redirected, half of them for {lost} or longer",
	Params:   []budget.Parameter{duration(least, "of a page load", 20*time.Millisecond)},
	OfPages:  true,
	begin:    pageLosses("LP024", pages.Redirected),
}

var busyMainThread = Detector{
	ID: "LP025", Name: "busy-main-thread",
	Means:    "A page does not answer a click or a key at once, for its main thread is busy.",
	Evidence: "Input delay and processing of the slowest interaction of each page load.",
	Alike:    "Layout and painting once the handlers are done; waiting for a server after the next paint.",
	Remedy:   "Cut long tasks: yield to the browser before what need not come first, move computing to a worker.",
	Says:     "{requests} of {of} interactions wait for it, half of them {lost} or longer",
	Params:   []budget.Parameter{duration(least, "of an interaction", 100*time.Millisecond)},
	OfPages:  true,
	begin:    pageLosses("LP025", pages.Busy),
}

var heavyResource = Detector{
	ID: "LP026", Name: "heavy-resource",
	Means:    "What a page waits for comes uncompressed, or over the network though the same visitor had it already.",
	Evidence: "Sizes in the timing of a resource on the path: text that came as large as it is; the same URL fetched again in a session.",
	Alike:    "Images, fonts and films, which are compressed by themselves; text under 4 KiB; resources that hide their sizes.",
	Remedy:   "Compress text (Brotli, gzip); send Cache-Control with a long max-age and names that change with the content.",
	Says:     "{requests} of {of} page loads fetch it so, half of them for {lost} or longer",
	Params:   []budget.Parameter{duration(least, "of a page load", 20*time.Millisecond)},
	OfPages:  true,
	begin:    pageLosses("LP026", pages.Uncompressed),
}

var slowThirdParty = Detector{
	ID: "LP027", Name: "slow-third-party",
	Means:    "A page waits for a resource of another site.",
	Evidence: "A resource on the path whose host is of another site than the page.",
	Alike:    "Other hosts of the same site; resources of other sites that nothing on the path waits for.",
	Remedy:   "Serve it yourself, load it after the page is painted, or connect to its host in advance (preconnect).",
	Says:     "{requests} of {of} page loads wait for it, half of them {lost} or longer",
	Params:   []budget.Parameter{duration(least, "of a page load", 100*time.Millisecond)},
	OfPages:  true,
	begin:    pageLosses("LP027", pages.ThirdParty),
}

// A pageFold finds what pages lose in one way.
type pageFold struct {
	tally
	id    string
	kind  pages.Kind
	least time.Duration
}

func pageLosses(id string, kind pages.Kind) func(limits) fold {
	return func(l limits) fold { return &pageFold{id: id, kind: kind, least: l.time(least)} }
}

func (f *pageFold) look(q *request) {
	if !pages.IsPage(q.Reading, q.Request) {
		return
	}
	var lost map[Subject]time.Duration
	pages.Losses(q.Reading, q.Request, f.kind, func(l pages.Loss) {
		if lost == nil {
			lost = map[Subject]time.Duration{}
		}
		lost[Subject{Service: l.Service, Callee: l.Callee, Operation: l.Operation}] += l.Took
	})
	for s, took := range lost {
		if took >= f.least {
			f.add(s, q.hit(took))
		}
	}
}

func (f *pageFold) merge(o fold) { f.mergeTally(&o.(*pageFold).tally) }

func (f *pageFold) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				r.add(Find(f.id), s, budget.Proven, timeOf("lost", medianOf(longOnes(s), (*shownHit).staked)))
			}
		})
	}
}
