package glossary

import "strings"

// A Word is what pages print in one sense, with what it means.
type Word struct {
	Heads []string // as they are printed; words that mean one thing together share a row
	Means string
}

// Of returns the words that a command prints; nil for one that prints no page.
func Of(command string) []Word { return words[command] }

const (
	// column is where meanings begin, and width where lines end.
	column, width = 15, 100
)

// Help lays out the words of a command for its help: a row each, with what it means beside it.
func Help(command string) string {
	var b strings.Builder
	for _, w := range words[command] {
		head := "  " + strings.Join(w.Heads, ", ")
		b.WriteString(head)
		at := len(head)
		if at >= column {
			b.WriteByte('\n')
			at = 0
		}
		for _, word := range strings.Fields(w.Means) {
			switch {
			case at < column:
				b.WriteString(strings.Repeat(" ", column-at))
				at = column
			case at+1+len(word) > width:
				b.WriteString("\n" + strings.Repeat(" ", column))
				at = column
			default:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += len(word)
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}
