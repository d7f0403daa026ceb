// Package load is the shop's customers. Their number is decided by the clock
// and the seed alone: a customer does not wait until the one before has been
// served (an open loop), so a shop that is too slow grows queues, as real ones
// do. It measures nothing; the spans of its requests are the roots.
package load

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// visit is one request that a customer makes.
type visit struct {
	journey string // what the root span is called
	method  string
	url     string
}

type crowd struct {
	client *http.Client
	dice   *mrand.Rand
	zipf   *mrand.Zipf
	mix    []share
	hot    int // percent of customers who want product 7
	wait   sync.WaitGroup
}

type share struct {
	name   string
	weight int
}

// Run sends LOAD_RATE requests a second in the mix of LOAD_MIX: first for
// LOAD_WARMUP_MS with traces that are not sampled, then for LOAD_MS with
// traces that are.
func Run(ctx context.Context) error {
	c, err := newCrowd(uint64(kit.EnvInt("LAB_SEED", 1)))
	if err != nil {
		return err
	}
	c.send(unsampled(ctx), kit.EnvMS("LOAD_WARMUP_MS", 2000))
	c.send(ctx, kit.EnvMS("LOAD_MS", 15000))
	c.wait.Wait()
	return nil
}

func newCrowd(seed uint64) (*crowd, error) {
	conf, err := kit.ClientTLS()
	if err != nil {
		return nil, err
	}
	base := &http.Transport{TLSClientConfig: conf, MaxIdleConnsPerHost: 256}
	dice := mrand.New(mrand.NewPCG(seed, 7))
	c := &crowd{
		client: &http.Client{Timeout: 20 * time.Second, Transport: otelhttp.NewTransport(base, otelhttp.WithSpanNameFormatter(journeyName))},
		dice:   dice, zipf: mrand.NewZipf(dice, 1.1, 8, 199), hot: kit.EnvInt("LOAD_HOT", 0),
	}
	for part := range strings.SplitSeq(kit.Env("LOAD_MIX", "checkout=60 search=20 product=20"), " ") {
		name, weight, _ := strings.Cut(part, "=")
		var w int
		if _, err := fmt.Sscan(weight, &w); err != nil {
			return nil, fmt.Errorf("LOAD_MIX %q: %w", part, err)
		}
		c.mix = append(c.mix, share{name, w})
	}
	return c, nil
}

// unsampled makes a parent that tells every service not to record.
func unsampled(ctx context.Context) context.Context {
	var conf trace.SpanContextConfig
	_, _ = rand.Read(conf.TraceID[:])
	_, _ = rand.Read(conf.SpanID[:])
	conf.Remote = true
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(conf))
}

func (c *crowd) send(ctx context.Context, long time.Duration) {
	Arrivals(ctx, c.dice, long, func() func() {
		v := c.draw()
		return func() { c.wait.Go(func() { c.make(ctx, v) }) }
	})
}

// Arrivals keeps to a schedule of LOAD_RATE visitors a second that is drawn
// gap by gap. Draw says beforehand what the next visitor does.
func Arrivals(ctx context.Context, dice *mrand.Rand, long time.Duration, draw func() (visit func())) {
	rate := float64(kit.EnvInt("LOAD_RATE", 30))
	start := time.Now()
	var at time.Duration
	for {
		at += time.Duration(dice.ExpFloat64() / rate * float64(time.Second))
		if at > long || ctx.Err() != nil {
			return
		}
		visit := draw()
		time.Sleep(time.Until(start.Add(at)))
		visit()
	}
}

func (c *crowd) draw() visit {
	region := []string{"eu", "eu", "eu", "us", "us", "ap"}[c.dice.IntN(6)]
	product := c.zipf.Uint64()
	if c.dice.IntN(100) < c.hot {
		product = 7
	}
	base := "https://web-" + region + ".shop.test:18443/"
	switch c.pick() {
	case "checkout":
		return visit{"POST /checkout", "POST", fmt.Sprintf("%scheckout?product=%d", base, product)}
	case "search":
		return visit{"GET /search", "GET", fmt.Sprintf("%ssearch?q=word%d", base, product)}
	}
	return visit{"GET /product/{id}", "GET", fmt.Sprintf("%sproduct/%d", base, product)}
}

func (c *crowd) pick() string {
	total := 0
	for _, s := range c.mix {
		total += s.weight
	}
	n := c.dice.IntN(total)
	for _, s := range c.mix {
		if n -= s.weight; n < 0 {
			return s.name
		}
	}
	return ""
}

type journeyKey struct{}

func journeyName(_ string, r *http.Request) string {
	name, _ := r.Context().Value(journeyKey{}).(string)
	return name
}

func (c *crowd) make(ctx context.Context, v visit) {
	ctx = context.WithValue(ctx, journeyKey{}, v.journey)
	req, err := http.NewRequestWithContext(ctx, v.method, v.url, nil)
	if err != nil {
		return
	}
	res, err := c.client.Do(req)
	if err != nil {
		return
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
}
