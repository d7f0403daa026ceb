package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// customers are the four that HotROD knows, in the order of its page's buttons.
var customers = []int{123, 392, 731, 567}

// load is an open loop: arrivals are a Poisson process that does not wait for answers.
type load struct {
	Seed     uint64
	Gap      time.Duration // mean time between two arrivals
	Requests int
}

// arrival is one request: when it is sent, counted from the first moment of the run, and for whom.
type arrival struct {
	at       time.Duration
	customer int
}

// arrivals returns the same requests at the same moments for the same load.
func (l load) arrivals() []arrival {
	rng := rand.New(rand.NewPCG(l.Seed, 0))
	var at time.Duration
	all := make([]arrival, l.Requests)
	for i := range all {
		at += time.Duration(rng.ExpFloat64() * float64(l.Gap))
		all[i] = arrival{at: at, customer: customers[rng.IntN(len(customers))]}
	}
	return all
}

// send sends every request at its moment and returns when the last is answered. A request without any answer is
// an error; an answer that says 500 is not, since HotROD's redis may fail three times in a row.
func (l load) send(ctx context.Context) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}, Timeout: time.Minute}
	all := l.arrivals()
	failed := make([]error, len(all))
	var wg sync.WaitGroup
	begin := time.Now()
	for i, a := range all {
		if err := sleepUntil(ctx, begin.Add(a.at)); err != nil {
			return err
		}
		wg.Go(func() { failed[i] = l.dispatch(ctx, client, i, a) })
	}
	wg.Wait()
	return errors.Join(failed...)
}

// dispatch asks for a car the way HotROD's page does. Without the baggage the lock's waiters would have no names.
func (l load) dispatch(ctx context.Context, client *http.Client, i int, a arrival) error {
	url := fmt.Sprintf("http://127.0.0.1:8080/dispatch?customer=%d", a.customer)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Baggage", fmt.Sprintf("session=%d, request=%d-%d", l.Seed, l.Seed, i+1))
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return errors.Join(err, res.Body.Close())
}

func sleepUntil(ctx context.Context, t time.Time) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(t)):
		return nil
	}
}
