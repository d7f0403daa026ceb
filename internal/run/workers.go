package run

import (
	"sync"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
)

// workers show the traces of one reading, each to a looker of its own.
type workers[L Looker[L]] struct {
	analysis *Analysis
	begin    func(*attribute.Explainer) L
	judged   *attribute.Judgement // nil: requests are judged one by one
	mu       sync.Mutex
	batchers []*batcher
	lookers  []L
	running  sync.WaitGroup
}

// sink is for a reader: one worker keeps up with it.
func (w *workers[L]) sink() ingest.Sink { return w.start(1) }

// start returns a batcher to n new workers.
func (w *workers[L]) start(n int) *batcher {
	b := newBatcher()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.batchers = append(w.batchers, b)
	for range n {
		e := attribute.NewPlanExplainer(w.analysis.Rules, w.analysis.Plan)
		e.Judging(w.judged)
		looker := w.begin(e)
		if s, ok := any(looker).(interface{ Beside(L) }); ok && len(w.lookers) > 0 {
			s.Beside(w.lookers[0])
		}
		w.lookers = append(w.lookers, looker)
		w.running.Go(func() { show(w.analysis, e, looker, b) })
	}
	return b
}

// wait waits until all that was handed out was shown.
func (w *workers[L]) wait() {
	for _, b := range w.batchers {
		b.close()
	}
	w.running.Wait()
}

func show[L Looker[L]](a *Analysis, e *attribute.Explainer, looker L, from *batcher) {
	epoch, assembler := 0, trace.NewAssembler(a.Assembly)
	for b := range from.batches {
		if b.epoch != epoch {
			e.ForgetSignatures()
			epoch = b.epoch
		}
		for _, t := range b.traces {
			if r := e.Read(assembler.Assemble(t), a.Options); a.Wants == nil || a.Wants(r.Trace) {
				looker.Look(r)
			}
		}
		from.done(b)
	}
}
