package shop

import (
	"context"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// function is a host of short-lived instances: a request takes one that is
// free and warm, or waits until a new one has started.
type function struct {
	mu    sync.Mutex
	free  []time.Time // when each free instance was last used
	keep  time.Duration
	start time.Duration
	cost  time.Duration
}

// Tax is a function in the sense of the faas conventions. TAX_PROVISIONED
// instances are warm from the beginning; an instance that nobody used for
// TAX_KEEP_MS is taken away.
func Tax(ctx context.Context) error {
	f := &function{keep: kit.EnvMS("TAX_KEEP_MS", 3600000), start: kit.EnvMS("TAX_START_MS", 180), cost: kit.EnvMS("TAX_MS", 3)}
	for range kit.EnvInt("TAX_PROVISIONED", 64) {
		f.free = append(f.free, time.Now())
	}
	return kit.ServeHTTPS(ctx, kit.Routes{"GET /tax": f.serve})
}

func (f *function) serve(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	cold := !f.take(time.Now())
	trace.SpanFromContext(ctx).SetAttributes(attribute.String("faas.name", "tax"), attribute.String("faas.trigger", "http"), attribute.Bool("faas.coldstart", cold))
	if cold {
		kit.Note(ctx, "tax.start", f.start)
		work(ctx, "Initialization", f.start)
	}
	time.Sleep(f.cost)
	f.release(time.Now())
	w.WriteHeader(http.StatusNoContent)
}

// take gets the instance that was used last, if it is still there.
func (f *function) take(now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.free) > 0 {
		last := f.free[len(f.free)-1]
		f.free = f.free[:len(f.free)-1]
		if now.Sub(last) <= f.keep {
			return true
		}
	}
	return false
}

func (f *function) release(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.free = append(f.free, now)
}
