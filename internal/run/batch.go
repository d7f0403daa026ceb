package run

import "github.com/longpole/longpole/trace"

// A batcher hands out traces in batches, for a channel costs more than a small trace.
type batcher struct {
	batch   batch // that is being filled
	batches chan batch
	used    chan batch // whose memory can be used again
}

func newBatcher() *batcher {
	return &batcher{batches: make(chan batch, 4), used: make(chan batch, 4)}
}

// Room returns memory for a trace of n spans.
func (d *batcher) Room(n, epoch int) []trace.Span {
	if b := &d.batch; len(b.traces) == batchTraces || len(b.memory) >= batchSpans || b.epoch != epoch {
		d.batches <- *b
		*b = d.next(epoch)
	}
	return d.batch.room(n)
}

// Take takes the spans of a trace.
func (d *batcher) Take(spans []trace.Span) {
	d.batch.traces = append(d.batch.traces, spans)
}

// close hands out the last batch.
func (d *batcher) close() {
	d.batches <- d.batch
	close(d.batches)
}

// done takes back a batch that nobody needs any more.
func (d *batcher) done(b batch) {
	select {
	case d.used <- b:
	default:
	}
}

// next returns a batch for other traces, with the memory of one that is done.
func (d *batcher) next(epoch int) batch {
	select {
	case b := <-d.used:
		if cap(b.memory) <= 8*batchSpans { // more was for a trace that is rare
			return batch{b.traces[:0], epoch, b.memory[:0]}
		}
	default:
	}
	return batch{epoch: epoch}
}

const (
	batchTraces = 64
	batchSpans  = 4096
)

// A batch is some traces of one epoch of spans.
type batch struct {
	traces [][]trace.Span
	epoch  int
	memory []trace.Span // that the traces stand in, as far as it has sufficed
}

// room returns memory for a trace of n spans. None that was given away is given again.
func (b *batch) room(n int) []trace.Span {
	if cap(b.memory)-len(b.memory) < n {
		b.memory = make([]trace.Span, 0, max(n, batchSpans))
	}
	at := len(b.memory)
	b.memory = b.memory[:at+n]
	return b.memory[at : at : at+n]
}
