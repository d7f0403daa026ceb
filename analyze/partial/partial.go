package partial

import (
	"fmt"
	"maps"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/wire"
)

// A Partial is what was collected of some requests.
type Partial struct {
	Header
	File string // that it stands in; it is not written
	Data *analyze.Data
	body []byte         // until it is decoded
	from map[int]string // the file that has a part
}

// Encode returns the partial as bytes, which are the same whatever was met, or merged, first. Nobody may collect
// into its data any more.
func (p *Partial) Encode() ([]byte, error) {
	head, body := wire.Writer(), wire.Writer()
	p.Header.code(head)
	p.Data.Arrange()
	codeLedger(body, &p.Data.Ledger)
	analyze.Code(body, p.Data)
	return write(partialKind, head, body)
}

// Open reads the header of a partial, which is called file. It keeps b.
func Open(file string, b []byte) (*Partial, error) {
	p := &Partial{File: file}
	head, body, err := read(partialKind, b)
	if err == nil {
		err = readInto(head, p.Header.code)
	}
	if err != nil {
		return nil, err
	}
	for seq, in := range p.Inputs {
		in.File = file
		p.Inputs[seq] = in
	}
	p.body, p.from = body, map[int]string{}
	for part := range p.Received {
		p.from[part] = file
	}
	return p, nil
}

// Into decodes what was collected into data of no request, which was made for the same settings.
func (p *Partial) Into(d *analyze.Data) error {
	err := readInto(p.body, func(c *wire.Coder) {
		codeLedger(c, &d.Ledger)
		analyze.Code(c, d)
	})
	p.Data, p.body = d, nil
	return err
}

// Fits says why two partials do not belong together; nothing if they do.
func (p *Partial) Fits(o *Partial) error {
	both := twoFiles(p.File, o.File)
	if how := p.Differs(&o.Header); how != "" {
		return fmt.Errorf("%s%s", both, how)
	}
	if p.Parts != 0 && o.Parts != 0 && p.Parts != o.Parts {
		return fmt.Errorf("%straces were divided into %d parts in the one and into %d in the other", both, p.Parts, o.Parts)
	}
	if !p.Facts.same(o.Facts) {
		return fmt.Errorf("%sone was reduced with --facts, and the other without, or with others", both)
	}
	for seq, in := range o.Inputs {
		if mine, twice := p.Inputs[seq]; twice {
			return fmt.Errorf("%ssequence number %d is in both: each run of map needs its own --seq", twoFiles(mine.File, in.File), seq)
		}
	}
	for part := range o.Received {
		if _, twice := p.Received[part]; twice {
			return fmt.Errorf("%spart %d is in both, and one reduce must have all of it", twoFiles(p.from[part], o.File), part)
		}
	}
	return nil
}

func twoFiles(a, b string) string { return fmt.Sprintf("%s and %s cannot be put together: ", a, b) }

// Merge adds another partial that fits; both are decoded.
func (p *Partial) Merge(o *Partial) {
	if p.Parts == 0 {
		p.Parts = o.Parts
	}
	if p.Inputs == nil {
		p.Inputs = map[int]Input{}
	}
	if p.Received == nil {
		p.Received = map[int]Count{}
	}
	maps.Copy(p.Inputs, o.Inputs)
	if p.from == nil {
		p.from = map[int]string{}
	}
	maps.Copy(p.Received, o.Received)
	maps.Copy(p.from, o.from)
	p.Data.Merge(o.Data)
}

// Missing says what is missing of the whole, or was changed on the way; nothing if it is all there.
func (p *Partial) Missing() error {
	if err := p.missingInput(); err != nil {
		return err
	}
	sent, from := map[int]Count{}, map[int]string{}
	for _, seq := range slices.Sorted(maps.Keys(p.Inputs)) {
		for part, n := range p.Inputs[seq].Sent {
			all := sent[part]
			all.add(n)
			sent[part] = all
			if from[part] == "" {
				from[part] = fmt.Sprintf("the ledger of sequence number %d in %s", seq, p.Inputs[seq].File)
			}
		}
	}
	for _, part := range slices.Sorted(maps.Keys(sent)) {
		n, ok := p.Received[part]
		switch {
		case !ok:
			return fmt.Errorf("part %d is missing: %s lists it, and no partial has it", part, from[part])
		case !n.same(sent[part]):
			return fmt.Errorf("part %d is not whole: %s and the others list %s, and %s were reduced", part, from[part], sent[part].text(), n.text())
		}
	}
	for _, part := range slices.Sorted(maps.Keys(p.Received)) {
		if _, ok := sent[part]; !ok {
			return fmt.Errorf("part %d was reduced from %s that no ledger lists: a ledger is missing", part, p.Received[part].text())
		}
	}
	return nil
}

func (n Count) text() string {
	return fmt.Sprintf("%d blocks of %d spans (sum %016x)", n.Blocks, n.Spans, n.Sum)
}

// missingInput says which reading is missing.
func (p *Partial) missingInput() error {
	if len(p.Inputs) == 0 {
		return fmt.Errorf("no ledger is in any partial: reduce needs the frames of part -1, too")
	}
	seqs := slices.Sorted(maps.Keys(p.Inputs))
	of, last := 0, seqs[len(seqs)-1]
	for _, seq := range seqs {
		in := p.Inputs[seq]
		if in.Of != 0 && of != 0 && in.Of != of {
			return fmt.Errorf("%sthere are %d readings by the one and %d by the other", twoFiles(p.Inputs[seqs[0]].File, in.File), of, in.Of)
		}
		of = max(of, in.Of)
	}
	if of != 0 && last >= of {
		return fmt.Errorf("%s has sequence number %d of %d: they are counted from 0", p.Inputs[last].File, last, of)
	}
	for seq := range max(of, last+1) {
		if _, ok := p.Inputs[seq]; !ok {
			return fmt.Errorf("sequence number %d is missing: %s has number %d of %d or more", seq, p.Inputs[last].File, last, max(of, last+1))
		}
	}
	return nil
}

// Total counts all that was received.
func (p *Partial) Total() (all Count) {
	for _, n := range p.Received {
		all.add(n)
	}
	return all
}
