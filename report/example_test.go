package report_test

import (
	"context"
	"fmt"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/trace"
)

// A program of one's own reads traces, analyses them, and prints the answer with the first row of
// the first table.
func Example() {
	spans, err := ingest.Read(context.Background(), []string{"../testdata/recordings/hotrod/baseline.otlp.jsonl.zst"}, ingest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer spans.Close()
	requests := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	for one := range spans.Traces() {
		requests.Add(trace.Assemble(one, trace.Options{}))
	}
	r := report.New(requests.Result(analyze.Settings{}), report.Options{})
	fmt.Println(r.Answer)
	for _, item := range r.Sections[1].Items {
		if item.Table != nil {
			fmt.Println(item.Table.Title)
			for i, cell := range item.Table.Rows[0][:4] {
				fmt.Printf("%s: %s\n", item.Table.Columns[i].Head, cell.Text)
			}
			return
		}
	}
	// Output:
	// frontend GET /dispatch: p99 1.92 s, typical 816 ms (500 requests): all of the 827 ms that the slowest 10 % add is db, in mysql.
	// Where the time goes, in ms
	// layer: db
	// typical: 405
	// slowest 10 %: 1,241
	// adds: +836
}
