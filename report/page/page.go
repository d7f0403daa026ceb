package page

// A Page is what a command says, in rows and words. It is the same for every output.
type Page struct {
	Title    string // of a window; outputs that have none leave it out
	Answer   Phrase // the first line: what a reader must know if it is all that is read
	Sections []Section
	Short    []Section // what a terminal shows in their place; nil shows all
	// JSON returns what json writes, for no other output needs it.
	JSON func() any
	// Chip says how it went in a word or two, where there is such a word.
	Chip Chip
	// Pictures returns what outputs with pictures draw beside the value of JSON, or is nil.
	Pictures func() any
}

// A Chip is a word with a colour that says the same.
type Chip struct {
	Tone Tone
	Text string
}

// A Tone says how something went.
type Tone string

// The tones.
const (
	Good     Tone = "good"
	Doubtful Tone = "doubtful"
	Bad      Tone = "bad"
)

// A Section is a part of a page under a title.
type Section struct {
	Title Phrase // may be empty
	Items []Item
	// Of is the place, from 1, of the journey that the section is about in the list of journeys that json
	// holds; 0 is none.
	Of int
}

// An Item is a line or a table; exactly one is set.
type Item struct {
	Line  *Line
	Table *Table
}

// A Line is a statement. Lines of a greater depth belong to the one above them.
type Line struct {
	Text  Phrase
	Depth int
	Mood  Mood
	Drawn bool // it draws in characters what an output with pictures draws
}

// A Mood says how a line or a cell should strike the eye. Colour only repeats what the words say.
type Mood uint8

// The moods.
const (
	Plain   Mood = iota
	Strong       // the answer
	Warning      // something is missing or in doubt
	Faint        // may be skipped
)

// Say adds a plain line of words, names and phrases.
func (s *Section) Say(parts ...any) { s.Add(Line{Text: Say(parts...)}) }

// Add adds a line, unless it says nothing.
func (s *Section) Add(l Line) {
	if len(l.Text) > 0 {
		s.Items = append(s.Items, Item{Line: &l})
	}
}

// AddTable adds a table, unless there is none or it has no row.
func (s *Section) AddTable(t *Table) {
	if t != nil && len(t.Rows) > 0 {
		s.Items = append(s.Items, Item{Table: t})
	}
}

// Filled leaves out sections with nothing in them.
func Filled(all ...Section) (some []Section) {
	for _, s := range all {
		if len(s.Items) > 0 {
			some = append(some, s)
		}
	}
	return some
}
