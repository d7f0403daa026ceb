package shop

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/longpole/longpole/testdata/lab/kit"
)

//go:embed page.html
var pages embed.FS

// storefront is the part of the web front that people look at with a browser.
// Its pages differ by settings only: what a fault does in the browser stands in
// data attributes that the page's script obeys.
type storefront struct {
	*front
	page *template.Template
	hop  *kit.Dial // before each answer of the redirect chain
	hero *kit.Dial // how long the script waits before it asks for the hero
	busy *kit.Dial // how long a click keeps the main thread
}

func (f *front) storefront() kit.Routes {
	s := storefront{f, template.Must(template.ParseFS(pages, "page.html")), kit.NewDial("web.hop"), kit.NewDial("page.hero"), kit.NewDial("page.click")}
	return kit.Routes{
		"GET /catalog/{id}": s.catalog, "POST /cart": s.cart, "GET /similar/{id}": s.similar,
		"GET /p/{id}": s.moved("/item/"), "GET /item/{id}": s.moved("/products/"), "GET /products/{id}": s.moved("/catalog/"),
	}
}

// view is what the page's template shows.
type view struct {
	ID, Static, Traceparent string
	Stock                   any
	HeroByScript            bool
	HeroWait, Think         int64
	Others                  []int
}

func (s storefront) catalog(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	s.sessions.Get(ctx, "session:"+id)
	stock, err := s.inventory.Call(ctx, "shop.Inventory/Stock", map[string]any{"product": id})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	v := view{ID: id, Static: "https://static.shop.test", Stock: stock["quantity"], Others: []int{1, 2, 3, 4}}
	if kit.Env("PAGE_META", "on") == "on" {
		v.Traceparent = traceparent(ctx)
	}
	wait, late := s.hero.Hit(ctx)
	v.HeroByScript, v.HeroWait = late, wait.Milliseconds()
	if think, hit := s.busy.Hit(ctx); hit {
		v.Think = think.Milliseconds()
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	kit.Work(ctx, "render page", func(context.Context) {
		time.Sleep(5 * ms)
		_ = s.page.Execute(w, v)
	})
}

// traceparent is the context of the server's span as the header would say it.
func traceparent(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	return carrier.Get("traceparent")
}

// moved is one hop of a chain of addresses that the page once had.
func (s storefront) moved(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.hop.Wait(r.Context())
		http.Redirect(w, r, to+r.PathValue("id"), http.StatusFound)
	}
}

// cart takes one of the stock, and says how many are in the cart.
func (s storefront) cart(w http.ResponseWriter, r *http.Request) {
	if _, err := s.inventory.Call(r.Context(), "shop.Inventory/Reserve", map[string]any{"product": r.FormValue("product")}); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	answer(w, map[string]any{"count": 1})
}

// similar is asked by the page's script, when it has been loaded.
func (s storefront) similar(w http.ResponseWriter, r *http.Request) {
	recs, err := s.recs.Call(r.Context(), "shop.Recommendations/Similar", map[string]any{"product": r.PathValue("id")})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	answer(w, map[string]any{"products": "Others bought " + strings.ReplaceAll(fmt.Sprint(recs["products"]), ",", ", ")})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
