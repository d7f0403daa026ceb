// Package sim is time that is computed instead of waited for: a clock that
// jumps from event to event, processes that sleep and wait on it, and stations
// where they queue. It knows nothing of requests or spans, and one seed gives one course of events.
package sim

import (
	"container/heap"
	"iter"
)

// Time counts nanoseconds since the simulation began; it is also a duration.
type Time = int64

// Units of time.
const (
	Microsecond Time = 1000
	Millisecond      = 1000 * Microsecond
	Second           = 1000 * Millisecond
)

// Engine is one simulation. Events at the same time happen in the order in
// which they were planned.
type Engine struct {
	now     Time
	planned int64
	events  agenda
}

// Now is the current time.
func (e *Engine) Now() Time { return e.now }

// At plans do for the time t, or for now if t has passed.
func (e *Engine) At(t Time, do func()) {
	e.planned++
	heap.Push(&e.events, event{max(t, e.now), e.planned, do})
}

// Run lets everything happen that is planned, and what is planned meanwhile.
func (e *Engine) Run() {
	for len(e.events) > 0 {
		next := heap.Pop(&e.events).(event)
		e.now = next.at
		next.do()
	}
}

// Go starts a process now.
func (e *Engine) Go(do func(*Process)) {
	p := &Process{Engine: e}
	p.resume, _ = iter.Pull(func(pause func(struct{}) bool) {
		p.pause = pause
		do(p)
	})
	e.At(e.now, p.step)
}

// Process is a course of action that can wait. Only one of them runs at a time.
type Process struct {
	*Engine
	resume func() (struct{}, bool)
	pause  func(struct{}) bool
}

func (p *Process) step() { p.resume() }

// park stops the process until somebody plans its step.
func (p *Process) park() { p.pause(struct{}{}) }

// wake plans that the process goes on now.
func (p *Process) wake() { p.At(p.now, p.step) }

// Sleep lets d pass.
func (p *Process) Sleep(d Time) {
	p.At(p.now+d, p.step)
	p.park()
}

// Signal is something that happens once, and that processes wait for.
type Signal struct {
	fired   bool
	waiting []func()
}

// Fire lets all go on who wait. Firing again does nothing.
func (s *Signal) Fire() {
	s.fired = true
	for _, wake := range s.waiting {
		wake()
	}
	s.waiting = nil
}

// Fired is true once the signal was fired.
func (s *Signal) Fired() bool { return s.fired }

// Await waits for the signal, at most for patience (negative: for ever), and
// says whether it came.
func (p *Process) Await(s *Signal, patience Time) bool {
	if s.fired {
		return true
	}
	gone := false
	goOn := func() {
		if !gone {
			gone = true
			p.wake()
		}
	}
	s.waiting = append(s.waiting, goOn)
	if patience >= 0 {
		p.At(p.now+patience, goOn)
	}
	p.park()
	return s.fired
}

// All runs the branches as processes of their own and waits for the last.
func (p *Process) All(branches ...func(*Process)) {
	left, done := len(branches), &Signal{}
	for _, branch := range branches {
		p.Go(func(q *Process) {
			branch(q)
			if left--; left == 0 {
				done.Fire()
			}
		})
	}
	p.Await(done, -1)
}

type event struct {
	at    Time
	order int64
	do    func()
}

// agenda is a heap of events, the earliest first.
type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	x := (*a)[last]
	(*a)[last] = event{}
	*a = (*a)[:last]
	return x
}
