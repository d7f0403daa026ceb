package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// frames puts the length of each message before it, as the collector does.
func frames(messages ...[]byte) (out []byte) {
	for _, m := range messages {
		out = append(out, 0, 0, byte(len(m)>>8), byte(len(m)))
		out = append(out, m...)
	}
	return out
}

func TestEveryRecordIsAccountedFor(t *testing.T) {
	one, two := doc(span(1)), doc(span(2))
	message := proto(t, one)
	spoiled := append(bytes.Clone(message), 0x12, 0xff)
	for _, c := range []struct{ what, text, format, want string }{
		{"lines", one + "\n" + two + "\n", "", "2 = 2 + 0 + 0"},
		{"a list", "[" + one + "," + two + "]", "", "1 = 1 + 0 + 0"},
		{"blank lines and separators", "\n\n" + one + ",\n\xEF\xBB\xBF" + two + "\n\n", "", "2 = 2 + 0 + 0"},
		{"other output between", "starting\n" + one + "\nslow request\n" + two, "", "4 = 2 + 0 + 2"},
		{"other signals", `{"resourceMetrics":[]}` + "\n" + one, "", "2 = 1 + 0 + 1"},
		{"an error answer", `{"errors":[{"msg":"no"}]}` + "\n" + one, "", "2 = 1 + 0 + 1"},
		{"unknown JSON", `{"a":1}` + "\n" + one, "", "2 = 1 + 0 + 1"},
		{"a line that was cut", one + "\n" + two[:len(two)-9] + "\n" + one, "", "3 = 2 + 1 + 0"},
		{"a document that was cut", one + two[:len(two)-9], "", "2 = 1 + 1 + 0"},
		{"glued after damage", one[:len(one)-30] + two, "", "2 = 1 + 1 + 0"},
		{"messages in a row", string(message) + string(message), "otlp-proto", "1 = 1 + 0 + 0"},
		{"framed messages", string(frames(message, message, message)), "", "3 = 3 + 0 + 0"},
		{"framed and compressed", string(frames(zst(one), zst(two))), "", "2 = 2 + 0 + 0"},
		{"a frame with lines", string(frames([]byte(one+"\n"+two+"\n"), message)), "", "2 = 2 + 0 + 0"},
		{"a frame that is damaged", string(frames(message, spoiled, message)), "", "3 = 2 + 1 + 0"},
		{"a frame that is not zstd", string(frames(message, append([]byte("\x28\xb5\x2f\xfd"), 1, 2, 3), message)), "", "3 = 2 + 0 + 1"},
		{"a frame that was cut", string(frames(message, message))[:len(message)+20], "", "2 = 1 + 0 + 1"},
	} {
		s := read(t, c.text, Options{Format: c.format})
		want(t, c.what, records(&s.Ledger), c.want)
		balanced(t, s)
	}
}

func TestWorkersDoNotShowInTheRecords(t *testing.T) {
	defer func(n int) { chunkSize = n }(chunkSize)
	chunkSize = 2000
	text := strings.Repeat("noise\n"+doc(span(1), span(2))+"\n"+doc(span(3))[:180]+"\n"+doc(span(4))+"\n", 50)
	for _, workers := range []int{1, 2, 3} {
		s := read(t, text, Options{Workers: workers})
		want(t, fmt.Sprint(workers, " workers"), records(&s.Ledger), "200 = 100 + 50 + 50")
	}
}
