package capture

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"
	"google.golang.org/grpc"

	"github.com/longpole/longpole/internal/bytesize"
)

// Options say how a Receiver listens.
type Options struct {
	MaxMessage bytesize.Size        // that a request may have, before and after decompression
	Tell       func(problem string) // is told of each problem once; the text is not escaped
}

const (
	atOnce      = 4                // requests that are read and decoded; others wait
	connections = 512              // on each address; others wait
	slowest     = 30 * time.Second // that a request may take to come in
	headers     = 64 << 10         // bytes
)

// A Receiver takes traces in. Several goroutines may ask it for its counts.
type Receiver struct {
	Options
	server    http.Server
	grpc      *grpc.Server
	listeners []net.Listener
	slots     chan struct{}
	keepLine  func([]byte) error

	keeping, telling sync.Mutex // so that functions of ours are called by one at a time

	mu     sync.Mutex
	counts Counts
	told   map[string]bool
	open   int       // connections
	active int       // requests
	last   time.Time // something began or ended
}

// Counts are what came.
type Counts struct {
	Spans, Requests int
	Refused         int // requests that were answered with an error
	Other           int // requests with metrics or logs, which were taken and dropped
}

// Listen begins to receive at addresses of TCP, all of them or none.
func Listen(ctx context.Context, addresses []string, o Options) (*Receiver, error) {
	r := &Receiver{Options: o, slots: make(chan struct{}, atOnce), told: map[string]bool{}, last: time.Now()}
	for _, address := range addresses {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil {
			r.closeListeners()
			return nil, err
		}
		r.listeners = append(r.listeners, l)
	}
	r.grpc = r.newGRPC()
	r.server = http.Server{
		Handler:           http.HandlerFunc(r.serve),
		ReadHeaderTimeout: slowest,
		MaxHeaderBytes:    headers,
		ConnState:         r.connection,
		Protocols:         new(http.Protocols),
		ErrorLog:          silent,
	}
	r.server.Protocols.SetHTTP1(true)
	r.server.Protocols.SetUnencryptedHTTP2(true) // as gRPC begins
	return r, nil
}

// Serve begins to answer. keep takes what a request held, a line with its end, one after the other;
// whoever sent what it returned no error for may forget it.
func (r *Receiver) Serve(keep func(line []byte) error) {
	r.keepLine = keep
	for _, l := range r.listeners {
		go r.server.Serve(netutil.LimitListener(l, connections))
	}
}

// Addresses are those that are listened on.
func (r *Receiver) Addresses() (all []net.Addr) {
	for _, l := range r.listeners {
		all = append(all, l.Addr())
	}
	return all
}

// Counts returns what came so far.
func (r *Receiver) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts
}

// Close stops receiving, once the requests that are being read are answered or ctx ends.
func (r *Receiver) Close(ctx context.Context) {
	r.closeListeners()
	if r.server.Shutdown(ctx) != nil {
		r.server.Close()
	}
	r.grpc.Stop()
}

func (r *Receiver) closeListeners() {
	for _, l := range r.listeners {
		l.Close()
	}
}

const (
	step  = 20 * time.Millisecond
	alone = 300 * time.Millisecond // without a connection: nobody comes back
)

// Settle waits for what is sent late: until nobody has been connected for a moment, or nothing has
// come for as long as patience, or ctx ends.
func (r *Receiver) Settle(ctx context.Context, patience time.Duration) {
	r.touch()
	for ticks := time.NewTicker(step); ctx.Err() == nil && !r.settled(patience); {
		select {
		case <-ctx.Done():
		case <-ticks.C:
		}
	}
}

func (r *Receiver) settled(patience time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	quiet := time.Since(r.last)
	return r.active == 0 && (quiet >= patience || r.open == 0 && quiet >= min(alone, patience))
}

func (r *Receiver) touch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = time.Now()
}

func (r *Receiver) connection(_ net.Conn, s http.ConnState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch s {
	case http.StateNew:
		r.open++
	case http.StateClosed, http.StateHijacked:
		r.open--
	default:
		return
	}
	r.last = time.Now()
}

// serve answers a request of either protocol, when its turn comes.
func (r *Receiver) serve(w http.ResponseWriter, q *http.Request) {
	r.began()
	defer r.ended()
	select {
	case r.slots <- struct{}{}:
	case <-q.Context().Done():
		return
	}
	defer func() { <-r.slots }()
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(slowest))
	if q.ProtoMajor == 2 && strings.HasPrefix(q.Header.Get("Content-Type"), "application/grpc") {
		r.serveGRPC(w, q)
		return
	}
	r.serveHTTP(w, q)
}

func (r *Receiver) began() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active++
	r.last = time.Now()
}

func (r *Receiver) ended() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active--
	r.last = time.Now()
}

// ErrNotKept is why spans were refused that nothing is wrong with.
var ErrNotKept = errors.New("could not be kept")

// keep hands what a request held on.
func (r *Receiver) keep(b batch) error {
	if err := r.keepOne(b); err != nil {
		return fmt.Errorf("spans %w: %w", ErrNotKept, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.Requests++
	r.counts.Spans += b.spans
	return nil
}

func (r *Receiver) keepOne(b batch) error {
	if b.spans == 0 {
		return nil
	}
	r.keeping.Lock()
	defer r.keeping.Unlock()
	return r.keepLine(b.line())
}

// refused counts a request that was answered with an error.
func (r *Receiver) refused(problem string) {
	r.mu.Lock()
	r.counts.Refused++
	r.mu.Unlock()
	r.tell("a request was refused: " + problem)
}

const kinds = 20 // of problems that are told; hostile senders could make any number

func (r *Receiver) tell(problem string) {
	r.mu.Lock()
	known := r.told[problem] || len(r.told) == kinds
	if !known {
		r.told[problem] = true
	}
	r.mu.Unlock()
	if known {
		return
	}
	r.telling.Lock()
	defer r.telling.Unlock()
	r.Tell(problem)
}

// dropped counts a request of metrics or logs.
func (r *Receiver) dropped(what string) {
	r.mu.Lock()
	r.counts.Other++
	r.mu.Unlock()
	r.tell(what + " are received, too, and dropped: only traces are captured")
}
