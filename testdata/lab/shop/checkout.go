package shop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// checkout reserves the product, asks for the tax, takes the money, leaves a
// receipt for the mail worker and renders the page, one after the other.
func (f *front) checkout(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	product := r.FormValue("product")
	if err := f.order(ctx, product); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if err := f.mail.Send(ctx, "receipt for "+product); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	render(ctx, w, "Thank you", []any{product})
}

func (f *front) order(ctx context.Context, product string) error {
	reserve := func() error {
		_, err := f.inventory.Call(ctx, "shop.Inventory/Reserve", map[string]any{"product": product})
		return err
	}
	tax := func() error {
		_, err := fetch(ctx, f.others, "GET", "https://tax.shop.test:18443/tax")
		return err
	}
	if err := both(reserve, tax); err != nil {
		return err
	}
	if err := f.pay(ctx); err != nil {
		return err
	}
	return f.audit(ctx)
}

// both makes two calls, one after the other or, with CHECKOUT_CALLS=together, at once.
func both(a, b func() error) error {
	if kit.Env("CHECKOUT_CALLS", "in turn") != "together" {
		if err := a(); err != nil {
			return err
		}
		return b()
	}
	first := make(chan error, 1)
	go func() { first <- a() }()
	return errors.Join(b(), <-first)
}

// pay tries PAYMENT_ATTEMPTS times, with a pause that does not grow.
func (f *front) pay(ctx context.Context) error {
	url := "https://" + kit.Env("PAYMENT_HOST", "payment.shop.test") + ":18443/pay?attempt="
	attempts := kit.EnvInt("PAYMENT_ATTEMPTS", 3)
	for attempt := 1; ; attempt++ {
		status, err := fetch(ctx, f.payment, "POST", url+strconv.Itoa(attempt))
		if err == nil && status == http.StatusOK {
			return nil
		}
		if attempt == attempts {
			return errors.Join(fmt.Errorf("payment: status %d after %d attempts", status, attempts), err)
		}
		time.Sleep(kit.EnvMS("PAYMENT_BACKOFF_MS", 100))
	}
}

// audit reports the orders that the dial picks. It should not keep the
// customer waiting, and does where AUDIT=sync.
func (f *front) audit(ctx context.Context) error {
	if _, hit := f.auditSlow.Hit(ctx); !hit {
		return nil
	}
	if kit.Env("AUDIT", "async") == "sync" {
		_, err := fetch(ctx, f.others, "POST", "https://audit.shop.test:18443/audit")
		return err
	}
	go func() {
		_, _ = fetch(context.WithoutCancel(ctx), f.others, "POST", "https://audit.shop.test:18443/audit")
	}()
	return nil
}
