package partial

import (
	"errors"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/wire"
)

// Facts are what all requests of a run show together of who waits for whom.
type Facts struct {
	Header   // with the total of what they are of
	Evidence *attribute.Evidence
}

// EncodeFacts returns what the requests of a partial show together.
func (p *Partial) EncodeFacts() ([]byte, error) {
	h := Header{Longpole: p.Longpole, Settings: p.Settings, Parts: p.Parts, Facts: p.Total()}
	head, body := wire.Writer(), wire.Writer()
	h.code(head)
	p.Data.Evidence().Arrange()
	p.Data.Evidence().Code(body)
	return write(factsKind, head, body)
}

// DecodeFacts reads facts.
func DecodeFacts(b []byte) (*Facts, error) {
	head, body, err := read(factsKind, b)
	if err != nil {
		return nil, err
	}
	f := &Facts{Evidence: &attribute.Evidence{}}
	if err := readInto(head, f.Header.code); err != nil {
		return nil, err
	}
	if f.Facts == (Count{}) {
		return nil, errors.New("it holds facts about nothing")
	}
	return f, readInto(body, f.Evidence.Code)
}

// Contradicts reports whether requests that were judged one by one would be judged in another way by all of them.
func (p *Partial) Contradicts() bool {
	e := p.Data.Evidence()
	return p.Facts == (Count{}) && e.Contradicts(e.Judge())
}

// FitsFacts says why the facts that a partial was judged by are of others than it is of; nothing if they are of the same.
func (p *Partial) FitsFacts() error {
	if p.Facts != (Count{}) && !p.Facts.same(p.Total()) {
		return errors.New("the facts that it was reduced with are about other spans: take those that merge wrote of the same frames")
	}
	return nil
}
