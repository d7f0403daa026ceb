package page

import (
	"slices"
	"strings"
)

// A Phrase is text of a page: words of ours, and names that came from the traces. Outputs
// write the words as they are and escape the names in their own way.
type Phrase []Part

// A Part is a piece of a phrase.
type Part struct {
	Text    string
	Foreign bool // came from a file; may hold anything
	Link    bool // an address that leads somewhere; outputs without links write it as it is
}

// An Address is where a link leads: an encoded http or https address of plain ASCII.
type Address string

// A Name is a text that came from a file, as opposed to words of ours.
type Name string

// Say puts a phrase together of words (string), names (Name), addresses and other phrases.
func Say(parts ...any) Phrase {
	var p Phrase
	for _, part := range parts {
		switch v := part.(type) {
		case string:
			p = append(p, Part{Text: v})
		case Name:
			p = append(p, Part{Text: string(v), Foreign: true})
		case Address:
			p = append(p, Part{Text: string(v), Link: true})
		case Phrase:
			p = append(p, v...)
		default:
			panic("a phrase is made of words, names, addresses and phrases")
		}
	}
	return p
}

// Pasted is a command that can be pasted. It is longer than names are shown, so it is as many
// names as it takes.
func Pasted(text string) (p Phrase) {
	for chunk := range slices.Chunk([]rune(text), longestName) {
		p = append(p, Part{Text: string(chunk), Foreign: true})
	}
	return p
}

// Escaped returns the phrase with its names escaped.
func (p Phrase) Escaped(escape func(string) string) string {
	var b strings.Builder
	for _, part := range p {
		if part.Foreign {
			b.WriteString(escape(part.Text))
			continue
		}
		b.WriteString(part.Text)
	}
	return b.String()
}

// String returns the phrase as it stands, names unescaped: only for outputs that encode whole
// texts, as JSON does.
func (p Phrase) String() string {
	return p.Escaped(func(name string) string { return name })
}

// List joins phrases as a sentence does: "a, b and c".
func List(items []Phrase) Phrase {
	var p Phrase
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			p = append(p, Part{Text: " and "})
		default:
			p = append(p, Part{Text: ", "})
		}
		p = append(p, item...)
	}
	return p
}
