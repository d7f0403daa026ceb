package ingest

import (
	"bytes"
	"sync"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// One large file can keep several workers busy: it is cut where a document surely begins,
// and each worker decodes chunks into a shard of its own.
//
//	stream  |== chunk ==|== chunk ==|== chunk ==|~~ rest ~~
//	             v            v           v
//	          worker 1     worker 2    worker 1
//
// A line that begins like a document, after a line that ended with a bracket, can only be
// the beginning of a document: line breaks inside of strings are escaped, and between
// members of a list there would be a comma.

// chunkSize is how much text is worth a chunk. A variable for tests.
var chunkSize = 1 << 20

type chunk struct {
	text  []byte
	base  int64
	lines int
	last  bool
}

// A splitter hands the chunks of one file to workers.
type splitter struct {
	chunks  chan chunk
	free    chan []byte // texts of chunks that are done
	workers []*decode.Decoder
	wg      sync.WaitGroup
}

// newSplitter returns a splitter to all workers that have nothing else to do; nil if there is
// none but the caller.
func (f *file) newSplitter(read func(*decode.Decoder)) *splitter {
	readers := f.pool.spareReaders()
	if len(readers) == 0 {
		return nil
	}
	t := &splitter{chunks: make(chan chunk, len(readers)), free: make(chan []byte, 2*len(readers)+1)}
	for _, r := range readers {
		w := decode.New(r.shard, f.Name, f.Decoder.Options)
		w.Binary = f.Binary
		t.workers = append(t.workers, w)
		t.wg.Go(func() { t.work(w, read) })
	}
	return t
}

func (t *splitter) work(f *decode.Decoder, read func(*decode.Decoder)) {
	for p := range t.chunks {
		f.Window = jsontext.Over(p.text, p.base)
		f.Window.StartAtLine(p.lines)
		f.Window.Binary = f.Binary
		f.MoreFollows = !p.last
		read(f)
		select {
		case t.free <- p.text:
		default:
		}
	}
}

// give gives n bytes of the window to a worker.
func (t *splitter) give(w *jsontext.Window, n int, last bool) {
	var text []byte
	select {
	case text = <-t.free:
	default:
	}
	p := chunk{text: append(text[:0], w.Buf[w.Pos:w.Pos+n]...), base: w.Offset(), last: last}
	if !w.Binary {
		p.lines = w.Line(w.Offset()) - 1
	}
	w.Pos += n
	t.chunks <- p
}

// done waits for the workers and adds what they found to f.
func (t *splitter) done(f *file) {
	close(t.chunks)
	t.wg.Wait()
	for _, w := range t.workers {
		f.Join(w)
	}
	f.pool.spareAgain(len(t.workers))
}

// inLines cuts a stream of documents that each begin a line. False: it is not worth it, and
// nothing was read.
func (f *file) inLines() bool {
	if !bytes.HasPrefix(f.Window.Rest(), decode.DocumentStart) || !f.Window.Need(2*chunkSize) {
		return false
	}
	t := f.newSplitter(func(f *decode.Decoder) { f.Values(nil) })
	if t == nil {
		return false
	}
	w, seen, end := f.Window, 0, 0
	for {
		seen, end = lastDocument(w.Rest(), seen, end)
		switch {
		case end >= chunkSize:
			t.give(w, end, false)
			seen, end = seen-end, 0
		case !w.More():
			t.give(w, len(w.Rest()), true)
			t.done(f)
			return true
		case len(w.Rest()) > jsontext.MaxValue: // one line of that size streams by
			f.NextValue(nil)
			seen, end = 0, 0
		}
	}
}

// lastDocument looks for lines that begin a document, in text from seen on, and returns
// how far it looked and where the last one begins.
func lastDocument(text []byte, seen, last int) (looked, at int) {
	for {
		i := bytes.IndexByte(text[seen:], '\n')
		if i < 0 {
			return len(text), last
		}
		if len(text)-(seen+i) <= len(decode.DocumentStart) {
			return seen, last
		}
		before := bytes.TrimRight(text[max(seen+i-2, 0):seen+i], "\r")
		if bytes.HasSuffix(before, []byte("}")) && bytes.HasPrefix(text[seen+i+1:], decode.DocumentStart) {
			last = seen + i + 1
		}
		seen += i + 1
	}
}

// inFrames cuts a stream of frames. False as for inLines.
func (f *file) inFrames(row *decode.Format) bool {
	if !f.Window.Need(2 * chunkSize) {
		return false
	}
	t := f.newSplitter(row.Stream)
	if t == nil {
		return false
	}
	w, end := f.Window, 0
	for {
		if len(w.Rest())-end < 4 && !w.Need(end+4) {
			break
		}
		n, ok := row.Frame(w.Rest()[end:])
		if !ok || !w.Need(end+n) {
			break
		}
		if end += n; end >= chunkSize {
			t.give(w, end, false)
			end = 0
		}
	}
	if end > 0 {
		t.give(w, end, false)
	}
	t.done(f)
	row.Stream(f.Decoder) // what is damaged or cut at the end
	return true
}
