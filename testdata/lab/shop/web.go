package shop

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// front is the web front: it renders pages from what the services answer.
type front struct {
	payment   *http.Client // shows the phases of its requests as spans
	others    *http.Client
	inventory *kit.RPC
	recs      *kit.RPC
	sessions  *redis.Client
	mail      *kit.Outbox
	auditSlow *kit.Dial
}

// Web serves the three journeys of the shop, and its pages for browsers.
func Web(ctx context.Context) error {
	f, err := newFront()
	if err != nil {
		return err
	}
	routes := f.storefront()
	maps.Copy(routes, kit.Routes{"POST /checkout": f.checkout, "GET /search": f.search, "GET /product/{id}": f.product})
	return kit.ServeHTTPS(ctx, routes)
}

func newFront() (*front, error) {
	f := &front{auditSlow: kit.NewDial("web.audited"), sessions: redisClient()}
	var err, each error
	f.payment, each = kit.Client(kit.SubSpans, kit.Env("PAYMENT_KEEPALIVE", "on") == "on", kit.EnvMS("PAYMENT_IDLE", 60000))
	err = errors.Join(err, each)
	f.others, each = kit.Client(kit.NoPhases, true, 0)
	err = errors.Join(err, each)
	f.inventory, each = kit.DialRPC("inventory.shop.test:18444")
	err = errors.Join(err, each)
	f.recs, each = kit.DialRPC("recommendations.shop.test:18444")
	err = errors.Join(err, each)
	f.mail, each = kit.NewOutbox("mail")
	return f, errors.Join(err, each)
}

// redisClient is the cache that web and recommendations share.
func redisClient() *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: kit.Env("REDIS", "redis.shop.test:16379"), PoolSize: 40, MinIdleConns: 2, DisableIdentity: true})
	if err := redisotel.InstrumentTracing(client); err != nil {
		panic(err) // only a client type that redisotel does not know
	}
	return client
}

var page = template.Must(template.New("page").Parse(
	`<!doctype html><title>{{.Title}}</title><h1>{{.Title}}</h1><ul>{{range .Rows}}<li>{{.}}</li>{{end}}</ul>`))

// render is the server's own work at the end of each page.
func render(ctx context.Context, w http.ResponseWriter, title string, rows []any) {
	kit.Work(ctx, "render page", func(context.Context) {
		time.Sleep(5 * ms)
		_ = page.Execute(w, map[string]any{"Title": title, "Rows": rows})
	})
}

// fetch asks another service and drops its answer.
func fetch(ctx context.Context, client *http.Client, method, url string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return 0, err
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func (f *front) search(w http.ResponseWriter, r *http.Request) {
	status, err := fetch(r.Context(), f.others, "GET", "https://search.shop.test:18443/search?q="+r.FormValue("q"))
	if err != nil || status != http.StatusOK {
		http.Error(w, fmt.Sprint("search: ", status, err), http.StatusBadGateway)
		return
	}
	render(r.Context(), w, "Search", []any{r.FormValue("q")})
}

// product is a page that also works without its recommendations: it gives
// them RECS_TIMEOUT_MS and shows what it has.
func (f *front) product(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	f.sessions.Get(ctx, "session:"+id)
	stock, err := f.inventory.Call(ctx, "shop.Inventory/Stock", map[string]any{"product": id})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	rows := []any{stock["quantity"]}
	soon, cancel := context.WithTimeout(ctx, kit.EnvMS("RECS_TIMEOUT_MS", 2000))
	defer cancel()
	if recs, err := f.recs.Call(soon, "shop.Recommendations/Similar", map[string]any{"product": id}); err == nil {
		rows = append(rows, recs["products"])
	}
	render(ctx, w, "Product "+id, rows)
}
