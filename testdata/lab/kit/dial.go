package kit

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// Dial is a place where a fault can be injected. It is set from outside by
// DIAL_<NAME>=<milliseconds>@<share>, for example DIAL_PAYMENT_AUTHORIZE=180@0.12:
// 180 ms in twelve of a hundred requests. A dial that is not set costs nothing.
type Dial struct {
	name  string
	cost  time.Duration
	share float64
	mu    sync.Mutex
	dice  *rand.Rand
}

// NewDial reads the setting of the dial called name, in lower case with dots:
// "payment.authorize". The dice start from LAB_SEED and the process's instance.
func NewDial(name string) *Dial {
	d := &Dial{name: name}
	v := os.Getenv("DIAL_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_")))
	var ms float64
	if n, _ := fmt.Sscanf(v, "%f@%f", &ms, &d.share); n != 2 {
		return d
	}
	d.cost = time.Duration(ms * float64(time.Millisecond))
	h := fnv.New64a()
	fmt.Fprint(h, name, Env("INSTANCE", ""))
	d.dice = rand.New(rand.NewPCG(uint64(EnvInt("LAB_SEED", 1)), h.Sum64()))
	return d
}

// Hit says whether this request is one of the unlucky ones, and what it costs.
// A hit inside a recorded trace is noted in the journal.
func (d *Dial) Hit(ctx context.Context) (time.Duration, bool) {
	id := ""
	if sc := trace.SpanContextFromContext(ctx); sc.IsSampled() {
		id = sc.TraceID().String()
	}
	return d.HitIn(id)
}

// HitIn is Hit for a trace that another kind of instrumentation knows by its
// id; none means that it is not recorded.
func (d *Dial) HitIn(id string) (time.Duration, bool) {
	if d.dice == nil {
		return 0, false
	}
	d.mu.Lock()
	hit := d.dice.Float64() < d.share
	d.mu.Unlock()
	hit = hit && Switched()
	if hit && id != "" {
		NoteTrace(id, d.name, d.cost)
	}
	return d.cost, hit
}

// Wait sleeps through the cost where the dial hits.
func (d *Dial) Wait(ctx context.Context) {
	if cost, hit := d.Hit(ctx); hit {
		time.Sleep(cost)
	}
}

// Switched says whether faults are on now: always, unless this run has a switch
// (LAB_SWITCH, a file that is there while they are).
func Switched() bool {
	path := os.Getenv("LAB_SWITCH")
	if path == "" {
		return true
	}
	_, err := os.Stat(path)
	return err == nil
}

// Note writes one injected delay to the journal of the run, from which the
// truth of the recording is made. Requests that are not recorded are not noted.
func Note(ctx context.Context, name string, cost time.Duration) {
	sc := trace.SpanContextFromContext(ctx)
	if !sc.IsSampled() {
		return
	}
	NoteTrace(sc.TraceID().String(), name, cost)
}

// NoteTrace is Note for a place that knows no span; id may be "-".
func NoteTrace(id, name string, cost time.Duration) {
	path := os.Getenv("LAB_JOURNAL")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintf(f, "%s %s %s %d\n", name, Env("INSTANCE", "-"), id, cost.Milliseconds())
}
