package shop

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// teller takes payments with a fixed number of workers.
type teller struct {
	workers   chan struct{}
	few       chan struct{} // the workers once a fault is switched on
	cost      time.Duration
	bank      *http.Client
	db        *sql.DB
	authorize *kit.Dial
	refuse    *kit.Dial
}

// Payment authorizes a card with a worker, asks the bank and books the result.
// It fails the first attempt where the dial payment.refuse hits, and all
// attempts during an outage (PAYMENT_OUTAGE_MS of every PAYMENT_PERIOD_MS).
func Payment(ctx context.Context) error {
	bank, err := kit.Client(kit.EventPhases, true, 0)
	if err != nil {
		return err
	}
	db, err := kit.OpenSQL()
	if err != nil {
		return err
	}
	t := &teller{
		workers: make(chan struct{}, kit.EnvInt("PAYMENT_WORKERS", 64)),
		few:     make(chan struct{}, kit.EnvInt("PAYMENT_WORKERS_SWITCHED", kit.EnvInt("PAYMENT_WORKERS", 64))), cost: kit.EnvMS("PAYMENT_WORK_MS", 15),
		bank: bank, db: db, authorize: kit.NewDial("payment.authorize"), refuse: kit.NewDial("payment.refuse"),
	}
	return kit.ServeHTTPS(ctx, kit.Routes{"POST /pay": t.pay})
}

func (t *teller) pay(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if t.refuses(r) {
		time.Sleep(10 * ms)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	t.charge(ctx)
	if _, err := fetch(ctx, t.bank, "POST", "https://bank.shop.test:18443/transfer"); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if _, err := t.db.ExecContext(ctx, "INSERT INTO payments (amount) VALUES ($1)", 4200); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (t *teller) refuses(r *http.Request) bool {
	if outage(time.Now()) {
		kit.Note(r.Context(), "payment.outage", 10*ms)
		return true
	}
	if r.FormValue("attempt") != "1" {
		return false
	}
	_, hit := t.refuse.Hit(r.Context())
	return hit
}

// outage is true in the first PAYMENT_OUTAGE_MS of each PAYMENT_PERIOD_MS.
func outage(now time.Time) bool {
	long, period := kit.EnvInt("PAYMENT_OUTAGE_MS", 0), kit.EnvInt("PAYMENT_PERIOD_MS", 4000)
	return long > 0 && kit.Switched() && now.UnixMilli()%int64(period) < int64(long)
}

// charge waits for a worker, which no span shows, and then works.
func (t *teller) charge(ctx context.Context) {
	workers := t.workers
	if kit.Switched() {
		workers = t.few
	}
	workers <- struct{}{}
	defer func() { <-workers }()
	kit.Work(ctx, "authorize card", func(ctx context.Context) {
		time.Sleep(t.cost)
		t.authorize.Wait(ctx)
	})
}

// Bank belongs to somebody else: it answers in 12 ms and exports no spans.
func Bank(ctx context.Context) error {
	return kit.ServePlain(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(12 * ms)
		w.WriteHeader(http.StatusNoContent)
	}))
}
