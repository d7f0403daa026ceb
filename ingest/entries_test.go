package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest/jsontext"
)

// lists are documents in which searches of logs answer, around the entries of each line.
var lists = map[string]struct{ entry, list string }{
	"gcloud":        {`{"insertId":"a","jsonPayload":%s}`, `[%s]`},
	"gcloud, text":  {`{"insertId":"a","textPayload":%q}`, `[%s]`},
	"CloudWatch":    {`{"timestamp":1,"message":%q,"ingestionTime":2}`, `{"events":[%s],"nextToken":"b"}`},
	"Elasticsearch": {`{"_index":"logs","_source":{"@timestamp":"now","message":%q}}`, `{"took":1,"hits":{"total":2,"hits":[%s]}}`},
	"Loki":          {`["1767225600000000000",%q]`, `{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[%s]}]}}`},
	"texts":         {`%q`, `["a label",%s]`},
}

func TestLogEntriesInAListAreReadAsTheLinesInThem(t *testing.T) {
	lines := []string{doc(span(1)), doc(span(2), span(3))}
	for name, l := range lists {
		entries := []string{fmt.Sprintf(l.entry, lines[0]), fmt.Sprintf(l.entry, lines[1])}
		plain := fmt.Sprintf(l.list, strings.Join(entries, ","))
		var pretty bytes.Buffer
		json.Indent(&pretty, []byte(plain), "", "  ")
		for _, text := range []string{plain, "\n" + pretty.String()} {
			s := read(t, text, Options{})
			want(t, name, draw(s), draw(read(t, strings.Join(lines, "\n"), Options{})))
			want(t, name+": records", records(&s.Ledger)+", "+found(&s.Ledger), "2 = 2 + 0 + 0, 1 lines-wrapped")
		}
	}
}

func TestAListThatBreaksOffKeepsTheEntriesBefore(t *testing.T) {
	text := fmt.Sprintf(`{"events":[{"message":%q},{"message":%q`, doc(span(1)), doc(span(2)))
	s, err := ReadBytes("f", []byte(text), Options{})
	if err != nil || names(s) != "s1" || found(&s.Ledger) != "1 cut-at-end, 1 lines-wrapped, 1 unknown-json" {
		t.Errorf("%v, %s, %s", err, names(s), found(&s.Ledger))
	}
}

func TestNoEntryOfAListIsKeptThatIsLargerThanAnyValue(t *testing.T) {
	defer func(n int) { jsontext.MaxValue = n }(jsontext.MaxValue)
	jsontext.MaxValue = 100 << 10
	endless := io.MultiReader(strings.NewReader(fmt.Sprintf(`["%s",`, "a")), strings.NewReader(`"`+strings.Repeat("x", 10<<20)))
	r := newEntries(endless)
	some := make([]byte, 10)
	if _, err := io.ReadFull(r, some); err != nil || r.read > 1<<20 {
		t.Errorf("%v after %d bytes", err, r.read)
	}
}
