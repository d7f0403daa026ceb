package spanstore

import (
	"encoding/binary"
	"errors"
	"iter"
	"os"

	"github.com/longpole/longpole/trace"
)

// A loader brings back what was moved to the temporary file: small partitions together, one
// that is too large for that in several passes, each of which takes other traces of it.
type loader struct {
	memory *Memory
	joins  map[trace.ID]trace.ID // what is passed over
	epoch  int
	err    error

	// Signatures outlive the group that they were met in, for the next one has mostly the
	// same, until they are too many.
	texts     map[string]string
	mores     map[string]*trace.More
	resources map[string]*trace.Signature // only service, host and resource of it are set
	numbers   map[*trace.Signature]uint32 // of the resources
	known     map[string]uint32
	sigs      []*trace.Signature
	bytes     int64

	merger *merger
	chosen func(trace.ID) bool
	buf    []byte
}

func newLoader(m *Memory, joins map[trace.ID]trace.ID) *loader {
	l := &loader{memory: m, joins: joins, err: m.file.err()}
	l.forget()
	return l
}

func (l *loader) forget() {
	l.texts, l.resources, l.known = map[string]string{}, map[string]*trace.Signature{}, map[string]uint32{}
	l.numbers, l.mores = map[*trace.Signature]uint32{}, map[string]*trace.More{}
	l.sigs, l.bytes = nil, 0
}

// groups yields all that was moved.
func (l *loader) groups() iter.Seq[*group] {
	return func(yield func(*group) bool) {
		for from := 0; l.err == nil && from < partitions; {
			to, passes := l.together(from)
			for pass := range passes {
				g := l.group(from, to, pass, passes)
				if l.err != nil || !yield(g) {
					return
				}
			}
			from = to
		}
	}
}

// together returns how many partitions from the given one on fit into memory, at least one, and in
// how many passes.
func (l *loader) together(from int) (to, passes int) {
	sum, most := int64(0), l.memory.group()
	for to = from; to < partitions; to++ {
		size := l.sizeOf(to)
		if to > from && sum+size > most {
			break
		}
		sum += size
	}
	return to, int((sum + most - 1) / most)
}

func (l *loader) sizeOf(partition int) (size int64) {
	for _, b := range l.memory.file.partitions[partition] {
		size += int64(b.size)
	}
	return size
}

func (l *loader) group(from, to, pass, passes int) *group {
	if l.bytes > l.memory.group() {
		l.forget()
		l.epoch++
	}
	l.merger = newMerger()
	l.chosen = func(id trace.ID) bool {
		_, moved := l.joins[id]
		return !moved && (passes == 1 || hashOf(id)/partitions%uint64(passes) == uint64(pass))
	}
	for partition := from; partition < to; partition++ {
		for _, b := range l.memory.file.partitions[partition] {
			if l.load(b); l.err != nil {
				return nil
			}
		}
	}
	l.merger.sigs = l.sigs
	return l.merger.grouped()
}

func (l *loader) load(b block) {
	data, err := l.memory.file.read(b, l.buf)
	if b.data == nil {
		l.buf = data
	}
	if err == nil && !l.decode(unframer{b: data}) {
		err = errors.New("it does not hold what was written")
	}
	if err != nil {
		l.err = &SpillError{os.TempDir(), err}
	}
}

// notChosen stands for a trace that this pass leaves out.
const notChosen = ^uint32(0)

// decode adds the spans of a block to the group. False: the block is damaged.
func (l *loader) decode(u unframer) bool {
	traces, resources := make([]uint32, u.u32()), make([][]byte, u.u32())
	sigs, rows := make([]lazySignature, u.u32()), int(u.u32())
	for i := range traces {
		id := trace.ID{Hi: u.u64(), Lo: u.u64()}
		if traces[i] = notChosen; l.chosen(id) {
			traces[i] = l.merger.trace(id)
		}
	}
	for i := range resources {
		resources[i] = u.framed()
	}
	for i := range sigs {
		sigs[i].text = u.framed()
	}
	extras := u
	extras.take(rows * rowBytes)
	for range rows {
		r := u.row()
		var x extra
		if r.extra > 0 {
			x = l.extra(&extras)
		}
		if u.bad || traces[r.trace] == notChosen {
			continue
		}
		s := &sigs[r.sig]
		if !s.known {
			s.number, s.known = l.signature(s.text, resources), true
		}
		r.trace, r.sig = traces[r.trace], s.number
		l.merger.add(r, x)
	}
	return !u.bad && !extras.bad
}

// A lazySignature is decoded when a row wants it, for a pass may want few of a block.
type lazySignature struct {
	text   []byte
	number uint32
	known  bool
}

func (l *loader) signature(text []byte, resources [][]byte) uint32 {
	u := unframer{b: text}
	res := l.resource(resources[u.u32()])
	key := binary.LittleEndian.AppendUint32(nil, l.numbers[res])
	key = append(key, u.b...)
	if n, ok := l.known[string(key)]; ok {
		return n
	}
	sig := *res
	sig.Kind = trace.Kind(u.take(1)[0])
	sig.Scope, sig.Name = l.text(u.framed()), l.text(u.framed())
	sig.Attrs = l.attrs(&u)
	n := uint32(len(l.sigs))
	sig.Number = n
	l.sigs = append(l.sigs, &sig)
	l.known[string(key)] = n
	l.bytes += int64(eachSignature + len(key))
	return n
}

func (l *loader) resource(text []byte) *trace.Signature {
	if r := l.resources[string(text)]; r != nil {
		return r
	}
	u := unframer{b: text}
	r := &trace.Signature{Service: l.text(u.framed()), Host: l.text(u.framed())}
	r.Resource = l.attrs(&u)
	l.numbers[r] = uint32(len(l.resources))
	l.resources[string(text)] = r
	l.bytes += int64(eachSignature + len(text))
	return r
}

func (l *loader) attrs(u *unframer) (attrs trace.Attrs) {
	for u.take(1)[0] == 1 {
		attrs = append(attrs, trace.Attr{Key: l.text(u.framed()), Value: l.text(u.framed())})
	}
	return attrs
}

func (l *loader) text(b []byte) string {
	s, ok := l.texts[string(b)]
	if !ok {
		s = string(b)
		l.texts[s] = s
		l.bytes += int64(64 + len(s))
	}
	return s
}

func (l *loader) extra(u *unframer) extra {
	x := extra{threshold: u.u64()}
	var more trace.More
	for range u.u32() {
		at := trace.Time(u.u64())
		more.Events = append(more.Events, trace.Event{Name: l.text(u.framed()), At: at})
	}
	for range u.u32() {
		more.Links = append(more.Links, trace.Link{Trace: trace.ID{Hi: u.u64(), Lo: u.u64()}, Span: trace.SpanID(u.u64())})
	}
	only := l.onlyAttrs(u)
	switch {
	case len(more.Events)+len(more.Links) == 0:
		x.more = only
	case only != nil:
		more.Attrs = only.Attrs
		x.more = &more
	default:
		x.more = &more
	}
	return x
}

// onlyAttrs returns what spans share that have the same attributes apart and nothing else; nil
// if there are none.
func (l *loader) onlyAttrs(u *unframer) *trace.More {
	before := u.b
	attrs := l.attrs(u)
	if len(attrs) == 0 {
		return nil
	}
	text := string(before[:len(before)-len(u.b)])
	m := l.mores[text]
	if m == nil {
		m = &trace.More{Attrs: attrs, Number: uint32(len(l.mores))}
		l.mores[text] = m
		l.bytes += int64(150 + len(text))
	}
	return m
}

// add adds a row whose trace and signature are those of the group.
func (m *merger) add(r row, x extra) {
	if r.extra > 0 {
		m.extras = append(m.extras, x)
		r.extra = uint32(len(m.extras))
	}
	if n := len(m.chunks); n == 0 || len(m.chunks[n-1]) == chunkRows {
		m.chunks = append(m.chunks, make([]row, 0, chunkRows))
	}
	c := &m.chunks[len(m.chunks)-1]
	*c = append(*c, r)
	m.counts[r.trace]++
}

// An unframer takes a block apart. bad is set once it is too short; it then yields zeros.
type unframer struct {
	b   []byte
	bad bool
}

var zeros [rowBytes]byte

func (u *unframer) take(n int) []byte {
	if n < 0 || n > len(u.b) {
		u.b, u.bad = nil, true
		return zeros[:min(max(n, 0), len(zeros))]
	}
	v := u.b[:n]
	u.b = u.b[n:]
	return v
}

func (u *unframer) u32() uint32    { return binary.LittleEndian.Uint32(u.take(4)) }
func (u *unframer) u64() uint64    { return binary.LittleEndian.Uint64(u.take(8)) }
func (u *unframer) framed() []byte { return u.take(int(u.u32())) }

func (u *unframer) row() row {
	b := u.take(rowBytes)
	return row{
		id: trace.SpanID(binary.LittleEndian.Uint64(b)), parent: trace.SpanID(binary.LittleEndian.Uint64(b[8:])),
		start: int64(binary.LittleEndian.Uint64(b[16:])), end: int64(binary.LittleEndian.Uint64(b[24:])),
		target: binary.LittleEndian.Uint64(b[32:]),
		trace:  binary.LittleEndian.Uint32(b[40:]), sig: binary.LittleEndian.Uint32(b[44:]),
		extra: binary.LittleEndian.Uint32(b[48:]), flags: trace.Flags(binary.LittleEndian.Uint32(b[52:])),
	}
}
