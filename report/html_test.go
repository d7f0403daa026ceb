package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// everyNode parses the page as a browser does and hands every node to f.
func everyNode(t *testing.T, page []byte, f func(n *html.Node)) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		f(n)
	}
}

var usedElements = map[string]bool{
	"header": true, "main": true, "div": true, "h1": true, "span": true, "a": true, "script": true,

	"html": true, "head": true, "meta": true, "title": true, "style": true, "body": true, "section": true, "h2": true, "p": true,
	"table": true, "caption": true, "thead": true, "tbody": true, "tfoot": true, "tr": true, "th": true, "td": true, "svg": true, "rect": true,
}

func TestThePageHoldsNothingButWhatTheTemplateHas(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		everyNode(t, written(t, htmlFormat, New(hostile(t, name), Options{Input: name}), page.Style{}), func(n *html.Node) {
			if n.Type == html.CommentNode || (n.Type == html.ElementNode && !usedElements[n.Data]) {
				t.Errorf("%q becomes <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "href" && a.Val != "#main" || a.Key == "src" || a.Key == "style" {
					t.Errorf("%q becomes the attribute %s=%q", name, a.Key, a.Val)
				}
			}
		})
	}
}

// What acts on the page is named by the hash of what stands there, and nothing else is: no script that a
// name brings with it, and no address.
func TestThePagesPolicyNamesItsOwnScriptAndStyleAndNothingElse(t *testing.T) {
	policy, acts := "", map[string]string{}
	everyNode(t, written(t, htmlFormat, New(reporttest.Shop(t), Options{}), page.Style{}), func(n *html.Node) {
		for i, a := range n.Attr {
			if a.Val == "Content-Security-Policy" {
				policy = n.Attr[i+1].Val
			}
		}
		if n.Data == "style" || n.Data == "script" && len(n.Attr) == 0 {
			sum := sha256.Sum256([]byte(n.FirstChild.Data))
			acts[n.Data] = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	})
	want := "default-src 'none'; script-src " + acts["script"] + "; style-src " + acts["style"] + "; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("the page's policy is\n%q, want\n%q", policy, want)
	}
}

// dataOf returns what a page embeds under an id.
func dataOf(t *testing.T, out []byte, id string) (data string) {
	everyNode(t, out, func(n *html.Node) {
		if slices.Contains(n.Attr, html.Attribute{Key: "id", Val: id}) {
			data = n.FirstChild.Data
		}
	})
	return data
}

func TestThePageHoldsTheValueOfTheJSON(t *testing.T) {
	for _, name := range append(testkit.HostileNames, "</script><script>alert(1)</script>", "</script", "<!--<script>") {
		r := New(hostile(t, name), Options{Input: name})
		var inPage, inJSON any
		if err := json.Unmarshal([]byte(dataOf(t, written(t, htmlFormat, r, page.Style{}), "value")), &inPage); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if err := json.Unmarshal(written(t, jsonFormat, r, page.Style{}), &inJSON); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(inPage, inJSON) {
			t.Errorf("%q: the page holds another value than the json", name)
		}
	}
}

func TestAPageWithManyJourneysStaysUnderAMegabyteAndSaysWhatItLeavesOut(t *testing.T) {
	res := busy(t, 50)
	r := New(res, Options{})
	out := written(t, htmlFormat, r, page.Style{})
	if len(out) > 1_000_000 {
		t.Errorf("the page takes %d bytes", len(out))
	}
	var value struct {
		Journeys []struct {
			Curve, Percentiles []any
			Calls              []any
			More               int `json:"calls_more"`
		}
	}
	if err := json.Unmarshal([]byte(dataOf(t, out, "value")), &value); err != nil {
		t.Fatal(err)
	}
	if len(value.Journeys) != 50 {
		t.Fatalf("%d journeys", len(value.Journeys))
	}
	for i, j := range value.Journeys {
		want := res.Journeys[i]
		if len(j.Percentiles) != 3 || len(j.Curve) != len(want.Curve) || len(j.Calls)+j.More != len(want.Calls) || j.More == 0 {
			t.Fatalf("a journey has %d percentiles, %d points, %d calls and %d more of %d", len(j.Percentiles), len(j.Curve), len(j.Calls), j.More, len(want.Calls))
		}
	}
}

// busy analyses journeys that make sixty calls each.
func busy(t *testing.T, journeys int) *analyze.Result {
	var traces [][]trace.Span
	for j := range journeys {
		var drawing strings.Builder
		fmt.Fprintf(&drawing, "journey-%d server in=web %s\n", j, strings.Repeat("=", 61))
		for c := range 60 {
			fmt.Fprintf(&drawing, "  call-%d-%d client peer.service=shop-%d in=web %s=\n", j, c, c, strings.Repeat(" ", c))
		}
		spans := testkit.Draw(t, drawing.String())
		for range 25 {
			traces = append(traces, slices.Clone(spans))
		}
	}
	return reporttest.Collected(t, traces...)
}

func TestEveryRowOfThePageHasACellForEachColumn(t *testing.T) {
	rows := 0
	everyNode(t, written(t, htmlFormat, New(reporttest.Shop(t), Options{}), page.Style{}), func(table *html.Node) {
		if table.Data != "table" {
			return
		}
		want := -1
		for n := range table.Descendants() {
			if n.Data != "tr" {
				continue
			}
			rows++
			cells := 0
			for range n.ChildNodes() {
				cells++
			}
			if want >= 0 && cells != want {
				t.Errorf("a row has %d cells instead of %d", cells, want)
			}
			want = cells
		}
	})
	if rows < 20 {
		t.Errorf("only %d rows were looked at", rows)
	}
}
