package report

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// visibleJSON spells out, in JSON that is already encoded, the characters that JSON allows in
// texts but that act on a terminal or in the log of a CI system: such a file is looked at with
// cat, too. Readers of the JSON get the same texts.
func visibleJSON(data []byte) []byte {
	var out bytes.Buffer
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case bytes.HasPrefix(data, []byte("##")): // begins commands of CI systems
			out.WriteString(spelled(r))
		case r < utf8.RuneSelf && r != 0x7f, !isInvisible(r):
			out.Write(data[:size])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		data = data[size:]
	}
	return out.Bytes()
}
