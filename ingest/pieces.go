package ingest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// One large file can keep several workers busy: it is cut where a document surely begins,
// and each worker decodes pieces into tables of its own.
//
//	stream  |== piece ==|== piece ==|== piece ==|~~ rest ~~
//	             v            v           v
//	          worker 1     worker 2    worker 1
//
// A line that begins like a document, after a line that ended with a bracket, can only be
// the beginning of a document: line breaks inside of strings are escaped, and between
// members of a list there would be a comma.

// pieceSize is how much text is worth a piece. A variable for tests.
var pieceSize = 1 << 20

type piece struct {
	text  []byte
	base  int64
	lines int
	last  bool
}

// A team decodes the pieces of one file.
type team struct {
	pieces  chan piece
	free    chan []byte // texts of pieces that are done
	workers []*file
	wg      sync.WaitGroup
}

// newTeam returns a team of all workers that have nothing else to do; nil if there is none
// but the caller.
func (f *file) newTeam(decode func(*file)) *team {
	readers := f.pool.spareReaders()
	if len(readers) == 0 {
		return nil
	}
	t := &team{pieces: make(chan piece, len(readers)), free: make(chan []byte, 2*len(readers)+1)}
	for _, r := range readers {
		w := f.pool.file(r, f.name)
		w.binary = f.binary
		t.workers = append(t.workers, w)
		t.wg.Go(func() { t.work(w, decode) })
	}
	return t
}

func (t *team) work(f *file, decode func(*file)) {
	for p := range t.pieces {
		f.w = jsontext.Over(p.text, p.base)
		f.w.StartAtLine(p.lines)
		f.w.Binary = f.binary
		f.moreFollows = !p.last
		decode(f)
		select {
		case t.free <- p.text:
		default:
		}
	}
}

// hand gives n bytes of the window to a worker.
func (t *team) hand(w *jsontext.Window, n int, last bool) {
	var text []byte
	select {
	case text = <-t.free:
	default:
	}
	p := piece{text: append(text[:0], w.Buf[w.Pos:w.Pos+n]...), base: w.Offset(), last: last}
	if !w.Binary {
		p.lines = w.Line(w.Offset()) - 1
	}
	w.Pos += n
	t.pieces <- p
}

// done waits for the workers and adds what they found to f.
func (t *team) done(f *file) {
	close(t.pieces)
	t.wg.Wait()
	for _, w := range t.workers {
		w.close()
		f.records.Add(w.records)
		f.spans += w.spans
		f.told += w.told
		f.elsewhere += w.kept()
		f.format, f.api = cmp.Or(f.format, w.format), cmp.Or(f.api, w.api)
		f.tally.merge(w.tally)
	}
	f.pool.giveBack(len(t.workers))
}

// merge adds what another worker found in the same file.
func (t tally) merge(o tally) {
	for id, theirs := range o {
		mine := t[id]
		if mine == nil {
			t[id] = theirs
			continue
		}
		mine.count += theirs.count
		mine.worst = append(mine.worst, theirs.worst...)
		slices.SortStableFunc(mine.worst, func(a, b trace.Example) int {
			return cmp.Or(-cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Offset, b.Offset))
		})
		mine.worst = mine.worst[:min(len(mine.worst), tallyExamples)]
	}
}

// inLines cuts a stream of documents that each begin a line. False: it is not worth it, and
// nothing was read.
func (f *file) inLines() bool {
	if !bytes.HasPrefix(f.w.Rest(), docStart) || !f.w.Need(2*pieceSize) {
		return false
	}
	t := f.newTeam(func(f *file) { f.values(nil) })
	if t == nil {
		return false
	}
	w, seen, end := f.w, 0, 0
	for {
		seen, end = lastDocument(w.Rest(), seen, end)
		switch {
		case end >= pieceSize:
			t.hand(w, end, false)
			seen, end = seen-end, 0
		case !w.More():
			t.hand(w, len(w.Rest()), true)
			t.done(f)
			return true
		case len(w.Rest()) > jsontext.MaxValue: // one line of that size streams by
			f.next(nil)
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
		if len(text)-(seen+i) <= len(docStart) {
			return seen, last
		}
		before := bytes.TrimRight(text[max(seen+i-2, 0):seen+i], "\r")
		if bytes.HasSuffix(before, []byte("}")) && bytes.HasPrefix(text[seen+i+1:], docStart) {
			last = seen + i + 1
		}
		seen += i + 1
	}
}

// inFrames cuts the collector's length-prefixed batches. False as for inLines.
func (f *file) inFrames() bool {
	if !f.w.Need(2 * pieceSize) {
		return false
	}
	t := f.newTeam((*file).batchesHere)
	if t == nil {
		return false
	}
	w, end := f.w, 0
	for {
		if len(w.Rest())-end < 4 && !w.Need(end+4) {
			break
		}
		n := int(binary.BigEndian.Uint32(w.Rest()[end:]))
		if n > maxMessage || !w.Need(end+4+n) {
			break
		}
		if end += 4 + n; end >= pieceSize {
			t.hand(w, end, false)
			end = 0
		}
	}
	if end > 0 {
		t.hand(w, end, false)
	}
	t.done(f)
	f.batchesHere() // what is damaged or cut at the end
	return true
}
